#include "native-server/store/space/space_ledger.h"

#include <algorithm>
#include <tuple>

namespace image_cache {
namespace {

constexpr std::uint64_t kBlockBytes = 4096;

// An actor without pictures is remembered, so that one that was opened first and filled later
// counts as opened. This many are, before they are forgotten: the bound of design rule 8.
constexpr std::size_t kMaxAbsentActors = 4096;

}  // namespace

std::uint64_t SpaceLedger::OnDisk(std::uint64_t size_bytes) {
  return (size_bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
}

SpaceLedger::Actor& SpaceLedger::At(std::string_view actor_id) {
  const auto [found, is_new] = actors_.try_emplace(std::string(actor_id));
  if (is_new) {
    found->second.seen_at = ++tick_;
    ++absent_;
  }
  return found->second;
}

void SpaceLedger::ForgetAbsent() {
  if (absent_ <= kMaxAbsentActors) return;
  absent_ = 0;
  std::erase_if(actors_, [](const auto& item) {
    return item.second.bytes == 0 && item.second.downloads == 0;
  });
}

void SpaceLedger::BeginDownload(const std::string& actor_id) { ++At(actor_id).downloads; }

void SpaceLedger::EndDownload(const std::string& actor_id) {
  --At(actor_id).downloads;
  ForgetAbsent();
}

std::uint64_t SpaceLedger::TryReserve(std::uint64_t bytes, std::uint64_t free_bytes) {
  const std::uint64_t wanted = used_bytes_ + reserved_bytes_ + bytes;
  const std::uint64_t over_limit = wanted > max_size_bytes_ ? wanted - max_size_bytes_ : 0;
  // What is reserved may not be on the disk yet, so all of it is still to come out of what is free.
  const std::uint64_t needed_free = min_free_bytes_ + reserved_bytes_ + bytes;
  const std::uint64_t under_free = needed_free > free_bytes ? needed_free - free_bytes : 0;
  const std::uint64_t missing = std::max(over_limit, under_free);
  if (missing == 0) reserved_bytes_ += bytes;
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
  At(actor_id).bytes += bytes;
  used_bytes_ += bytes;
}

void SpaceLedger::RemoveFile(const std::string& actor_id, std::uint64_t size_bytes) {
  const std::uint64_t bytes = OnDisk(size_bytes);
  Actor& actor = At(actor_id);
  actor.bytes -= bytes;
  used_bytes_ -= bytes;
  if (actor.bytes == 0) ++absent_;
  ForgetAbsent();
}

void SpaceLedger::NoteOpened(std::string_view actor_id) {
  At(actor_id).opened_at = ++tick_;
  ForgetAbsent();
}

std::optional<std::string> SpaceLedger::NextVictim(std::uint64_t missing_bytes) const {
  std::uint64_t evictable_bytes = 0;
  const std::pair<const std::string, Actor>* first = nullptr;
  const auto order = [](const Actor& actor) { return std::tie(actor.opened_at, actor.seen_at); };
  for (const auto& item : actors_) {
    if (item.second.bytes == 0 || item.second.downloads > 0) continue;
    evictable_bytes += item.second.bytes;
    if (first == nullptr || order(item.second) < order(first->second)) first = &item;
  }
  if (first == nullptr || evictable_bytes < missing_bytes) return std::nullopt;
  return first->first;
}

}  // namespace image_cache
