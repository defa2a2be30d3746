#include "native-server/store/space/space_keeper.h"

#include <optional>
#include <utility>

namespace image_cache {

SpaceReservation::SpaceReservation(SpaceKeeper& keeper, std::string actor_id)
    : keeper_(&keeper), actor_id_(std::move(actor_id)) {
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->ledger_.BeginDownload(actor_id_);
}

SpaceReservation::SpaceReservation(SpaceReservation&& other) noexcept
    : keeper_(std::exchange(other.keeper_, nullptr)),
      actor_id_(std::move(other.actor_id_)),
      bytes_(std::exchange(other.bytes_, 0)) {}

SpaceReservation::~SpaceReservation() {
  if (keeper_ == nullptr) return;
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->ledger_.Release(bytes_);
  keeper_->ledger_.EndDownload(actor_id_);
}

Result<void, StoreError> SpaceReservation::GrowTo(std::uint64_t size_bytes) {
  const std::uint64_t wanted = SpaceLedger::OnDisk(size_bytes);
  if (wanted <= bytes_) return {};
  if (wanted > keeper_->max_size_bytes_) {
    return Fail(StoreError::kTooLarge, "the picture is larger than the whole cache may be");
  }
  auto reserved = keeper_->Reserve(wanted - bytes_);
  if (reserved) bytes_ = wanted;
  return reserved;
}

void SpaceReservation::Settle(std::uint64_t size_bytes) {
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->ledger_.Settle(actor_id_, std::exchange(bytes_, 0), size_bytes);
}

void SpaceKeeper::AddFile(const std::string& actor_id, std::uint64_t size_bytes) {
  const std::lock_guard lock(mutex_);
  ledger_.AddFile(actor_id, size_bytes);
}

void SpaceKeeper::RemoveFile(const std::string& actor_id, std::uint64_t size_bytes) {
  const std::lock_guard lock(mutex_);
  ledger_.RemoveFile(actor_id, size_bytes);
}

void SpaceKeeper::NoteOpened(std::string_view actor_id) {
  const std::lock_guard lock(mutex_);
  ledger_.NoteOpened(actor_id);
}

Result<void, StoreError> SpaceKeeper::Reserve(std::uint64_t bytes) {
  for (;;) {
    const std::uint64_t free_bytes = folder_.FreeBytes();
    std::uint64_t missing = 0;
    {
      const std::lock_guard lock(mutex_);
      missing = ledger_.TryReserve(bytes, free_bytes);
    }
    if (missing == 0) return {};
    // First what nobody misses. Ends: what was removed gets less with every round.
    if (collect_()) continue;
    std::optional<std::string> victim;
    {
      const std::lock_guard lock(mutex_);
      victim = ledger_.NextVictim(missing);
    }
    if (!victim) return Fail(StoreError::kFull, "there is no space for another picture");
    // Ends: an evicted actor holds no bytes any more, so the next round finds room, another or
    // none. Two threads may choose the same one; the second then finds it empty.
    if (auto evicted = evict_(*victim); !evicted) return evicted;
  }
}

}  // namespace image_cache
