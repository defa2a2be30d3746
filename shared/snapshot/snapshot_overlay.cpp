#include "shared/snapshot/snapshot_overlay.h"

#include <algorithm>
#include <utility>

namespace image_cache {

void SnapshotOverlay::Put(const SnapshotRecord& record, std::uint32_t generation) {
  Slot(record.hash) = {.record = record, .generation = generation, .kind = Change::Kind::kPut};
}

void SnapshotOverlay::Remove(std::uint64_t hash) {
  Change& change = Slot(hash);
  change.record.hash = hash;
  change.kind = Change::Kind::kRemoved;
}

std::uint64_t SnapshotOverlay::AddExtra(std::uint64_t size_bytes, std::string_view local_path) {
  extras_.push_back({.size_bytes = size_bytes, .local_path = std::string(local_path)});
  return extras_.size() - 1;
}

const SnapshotOverlay::Change* SnapshotOverlay::Find(std::uint64_t hash) const {
  if (slots_.empty()) return nullptr;
  const Change& change = slots_[PlaceOf(hash)];
  return change.kind == Change::Kind::kNone ? nullptr : &change;
}

std::vector<const SnapshotOverlay::Change*> SnapshotOverlay::InOrder() const {
  std::vector<const Change*> changes;
  changes.reserve(used_);
  for (const Change& change : slots_) {
    if (change.kind != Change::Kind::kNone) changes.push_back(&change);
  }
  // They lie almost so. What was displaced is a few steps away; only what went on at the front, at
  // the end of the slots, goes far.
  for (std::size_t i = 1; i < changes.size(); ++i) {
    const Change* change = changes[i];
    std::size_t place = i;
    for (; place > 0 && changes[place - 1]->record.hash > change->record.hash; --place) {
      changes[place] = changes[place - 1];
    }
    changes[place] = change;
  }
  return changes;
}

// The slot that has this hash, or the free one where it belongs.
// REQUIRES: there are free slots.
std::size_t SnapshotOverlay::PlaceOf(std::uint64_t hash) const {
  // By the hash's top bits, so that the slots are nearly in the order of the hashes.
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = static_cast<std::size_t>((hash >> 32) * slots_.size() >> 32);
  while (slots_[place].kind != Change::Kind::kNone && slots_[place].record.hash != hash) {
    place = (place + 1) & mask;
  }
  return place;
}

SnapshotOverlay::Change& SnapshotOverlay::Slot(std::uint64_t hash) {
  if (4 * (used_ + 1) > 3 * slots_.size()) Grow();
  Change& change = slots_[PlaceOf(hash)];
  if (change.kind == Change::Kind::kNone) ++used_;
  return change;
}

void SnapshotOverlay::Grow() {
  constexpr std::size_t kFewest = 16;
  std::vector<Change> old(std::max(kFewest, 2 * slots_.size()));
  std::swap(old, slots_);
  for (const Change& change : old) {
    if (change.kind != Change::Kind::kNone) slots_[PlaceOf(change.record.hash)] = change;
  }
}

}  // namespace image_cache
