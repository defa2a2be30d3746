#include "native-server/store/space/space_ledger.h"

#include <algorithm>

namespace image_cache {
namespace {

constexpr std::uint64_t kBlockBytes = 4096;

// Beside a picture's own blocks: its actor's folder may have to be made.
constexpr std::uint64_t kBytesPerDownload =
    Housekeeping::kBytesPerEntry + Housekeeping::kBytesPerActor;
constexpr std::uint64_t kInodesPerDownload = 2;

std::uint64_t Excess(std::uint64_t wanted, std::uint64_t there) {
  return wanted > there ? wanted - there : 0;
}

}  // namespace

SpaceLedger::SpaceLedger(const SpaceLimits& limits, std::uint64_t seed)
    : limits_(limits),
      housekeeping_(limits.max_size_bytes),
      policy_({.probation_bytes = limits.max_size_bytes / kProbationShare,
               .max_remembered_actors = Housekeeping::RememberedActors(limits.max_size_bytes),
               .seed = seed}) {}

void SpaceLedger::SetLimits(const SpaceLimits& limits) {
  limits_ = limits;
  policy_.set_probation_share(limits.max_size_bytes / kProbationShare);
}

std::uint64_t SpaceLedger::OnDisk(std::uint64_t size_bytes) {
  return (size_bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
}

void SpaceLedger::BeginDownload(const std::string& actor_id) {
  ++downloading_[actor_id];
  ++running_;
}

void SpaceLedger::EndDownload(const std::string& actor_id) {
  const auto found = downloading_.find(actor_id);
  if (--found->second == 0) downloading_.erase(found);
  --running_;
}

MissingSpace SpaceLedger::Missing(std::uint64_t bytes, const FreeSpace& free) const {
  const std::uint64_t promised = reserved_bytes() + bytes;
  // What is reserved may not be on the disk yet, so all of it is still to come out of what is free.
  return {.over_limit_bytes = Excess(used_bytes() + promised, limits_.max_size_bytes),
          .under_free_bytes = Excess(limits_.min_free_bytes + promised, free.bytes),
          .under_free_inodes =
              Excess(limits_.min_free_inodes + running_ * kInodesPerDownload, free.inodes)};
}

MissingSpace SpaceLedger::TryReserve(std::uint64_t bytes, const FreeSpace& free) {
  const MissingSpace missing = Missing(bytes, free);
  if (missing.IsNone()) reserved_bytes_ += bytes;
  return missing;
}

void SpaceLedger::Release(std::uint64_t reserved_bytes) { reserved_bytes_ -= reserved_bytes; }

void SpaceLedger::Settle(const std::string& actor_id, std::uint64_t reserved_bytes,
                         std::uint64_t size_bytes) {
  Release(reserved_bytes);
  AddFile(actor_id, size_bytes);
}

void SpaceLedger::AddFile(const std::string& actor_id, std::uint64_t size_bytes) {
  const std::uint64_t bytes = OnDisk(size_bytes);
  policy_.AddBytes(actor_id, bytes);
  picture_bytes_ += bytes;
  ++pictures_;
}

void SpaceLedger::RemoveFile(const std::string& actor_id, std::uint64_t size_bytes) {
  const std::uint64_t bytes = OnDisk(size_bytes);
  policy_.RemoveBytes(actor_id, bytes);
  picture_bytes_ -= bytes;
  --pictures_;
}

bool SpaceLedger::NoteAccess(std::string_view actor_id, std::int64_t now_ms) {
  const bool is_opening = openings_.NoteAccess(actor_id, now_ms);
  if (is_opening) policy_.NoteOpening(actor_id);
  return is_opening;
}

bool SpaceLedger::IsPinned(const std::string& actor_id) const {
  return downloading_.count(actor_id) > 0 || actor_id == openings_.open_actor();
}

std::optional<std::string> SpaceLedger::NextVictim(const MissingSpace& missing,
                                                   const ActorIds& spared) {
  std::uint64_t pinned_bytes = 0;
  for (const auto& [actor_id, downloads] : downloading_) pinned_bytes += BytesOf(actor_id);
  const std::string& open_actor = openings_.open_actor();
  if (downloading_.count(open_actor) == 0) pinned_bytes += BytesOf(open_actor);
  for (const std::string& actor_id : spared) {
    if (!IsPinned(actor_id)) pinned_bytes += BytesOf(actor_id);
  }
  // With a picture goes its share of the housekeeping, too: at most what all of them have.
  const std::uint64_t evictable_bytes = picture_bytes_ - pinned_bytes +
                                        pictures_ * Housekeeping::kBytesPerEntry +
                                        policy_.actors() * Housekeeping::kBytesPerActor;
  if (std::max(missing.over_limit_bytes, missing.under_free_bytes) > evictable_bytes) {
    return std::nullopt;
  }
  const std::string* victim = policy_.ChooseVictim([&](const std::string& actor_id) {
    return IsPinned(actor_id) || spared.count(actor_id) > 0;
  });
  if (victim == nullptr) return std::nullopt;
  return *victim;
}

std::uint64_t SpaceLedger::used_bytes() const { return picture_bytes_ + housekeeping_bytes(); }

std::uint64_t SpaceLedger::reserved_bytes() const {
  return reserved_bytes_ + running_ * kBytesPerDownload;
}

std::uint64_t SpaceLedger::housekeeping_bytes() const {
  return housekeeping_.Bytes(pictures_, policy_.actors());
}

}  // namespace image_cache
