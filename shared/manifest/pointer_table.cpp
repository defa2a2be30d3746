#include "shared/manifest/pointer_table.h"

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

constexpr std::uint32_t kMinHomes = 4;

// At most seven eighths are used: 4.5 slots are looked at on average when a shard is that full.
bool IsFull(std::uint32_t used, std::uint32_t homes) {
  return std::uint64_t{used} * 8 >= std::uint64_t{homes} * 7;
}

}  // namespace

void RawPointerTable::Insert(std::uint32_t hash, const void* pointer) {
  if (shards_.empty()) shards_.resize(std::size_t{1} << kShardBits);
  Shard& shard = shards_[ShardOf(hash)];
  if (IsFull(shard.used, shard.homes)) {
    Resize(shard, std::max(kMinHomes, shard.homes + shard.homes / 4));
  }
  Slot added{.hash = hash, .bytes = {}};
  std::memcpy(added.bytes.data(), &pointer, sizeof pointer);

  std::vector<Slot>& slots = shard.slots;
  std::size_t place = Home(shard, hash);
  while (place < slots.size() && !slots[place].IsFree() && slots[place].hash <= hash) ++place;
  std::size_t free = place;
  while (free < slots.size() && !slots[free].IsFree()) ++free;
  if (free == slots.size()) slots.emplace_back();
  const auto begin = slots.begin();
  std::move_backward(begin + static_cast<std::ptrdiff_t>(place),
                     begin + static_cast<std::ptrdiff_t>(free),
                     begin + static_cast<std::ptrdiff_t>(free) + 1);
  slots[place] = added;
  ++shard.used;
  ++size_;
}

bool RawPointerTable::Erase(std::uint32_t hash, const void* pointer) {
  if (shards_.empty()) return false;
  Shard& shard = shards_[ShardOf(hash)];
  const auto begin = shard.slots.begin();
  auto found = begin + static_cast<std::ptrdiff_t>(Home(shard, hash));
  while (found != shard.slots.end() && !found->IsFree() && found->hash <= hash &&
         found->Pointer() != pointer) {
    ++found;
  }
  if (found == shard.slots.end() || found->Pointer() != pointer) return false;

  // Those behind it move back by one, up to the first that stands at its home.
  auto end = found + 1;
  while (end != shard.slots.end() && !end->IsFree() &&
         Home(shard, end->hash) < static_cast<std::size_t>(end - begin)) {
    ++end;
  }
  std::move(found + 1, end, found);
  *(end - 1) = Slot();
  while (shard.slots.size() > shard.homes && shard.slots.back().IsFree()) shard.slots.pop_back();
  --shard.used;
  --size_;
  if (shard.homes > kMinHomes && shard.used < shard.homes / 4) Resize(shard, shard.homes / 2);
  return true;
}

void RawPointerTable::Clear() {
  shards_.clear();
  shards_.shrink_to_fit();
  size_ = 0;
}

void RawPointerTable::Reserve(std::size_t size) {
  if (shards_.empty()) shards_.resize(std::size_t{1} << kShardBits);
  // Evenly spread, with an eighth for chance: shards of a million differ by a few hundredths.
  const std::size_t in_shard = (size >> kShardBits) + (size >> (kShardBits + 3));
  const auto homes = static_cast<std::uint32_t>(in_shard + in_shard / 7 + kMinHomes);
  for (Shard& shard : shards_) {
    if (shard.homes < homes) Resize(shard, homes);
  }
}

void RawPointerTable::Resize(Shard& shard, std::uint32_t homes) {
  const std::vector<Slot> old = std::exchange(shard.slots, {});
  // With room for what moves up over the last home: a vector that grows by one doubles.
  shard.slots.reserve(homes + homes / 32 + 2);
  shard.slots.resize(homes);
  shard.homes = homes;
  std::size_t next = 0;
  for (const Slot& slot : old) {
    if (slot.IsFree()) continue;
    next = std::max(next, Home(shard, slot.hash));
    if (next >= shard.slots.size()) shard.slots.emplace_back();
    shard.slots[next++] = slot;
  }
}

}  // namespace image_cache
