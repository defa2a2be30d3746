// A hash table of pointers that it does not own: the index over entries that lie elsewhere.
//
// Plain data, no lock. The caller gives each pointer's hash, and says which of equal hashes is
// meant. 12 bytes a slot (8 in WebAssembly), 70–87 % of them used.
//
// Open addressing, with the slots of a shard in the order of their hashes: a slot's home grows with
// the hash, what finds its home taken moves up, and nothing stands below its home. So a search ends
// at the first larger hash, found or not; a removal moves the rest of its run back, which leaves no
// tombstones; and growing copies in order, without a look at what the pointers point at. 256 shards
// grow one by one: at a million pointers the slowest insert moves 4,000 of them. Equal hashes only
// make a run longer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace image_cache {

// The table itself, which knows nothing of what it points at. Use PointerTable<T>, below.
class RawPointerTable {
 public:
  // REQUIRES: the pointer is neither null nor in the table.
  void Insert(std::uint32_t hash, const void* pointer);
  // False when it is not there. The pointer is compared, never followed.
  bool Erase(std::uint32_t hash, const void* pointer);
  void Clear();
  // Makes room, so that this many in all need no growth (unless their hashes are uneven).
  void Reserve(std::size_t size);

  [[nodiscard]] std::size_t size() const { return size_; }

  // The pointer with this hash that `matches` says is meant; null when there is none.
  template <typename Matches>
  [[nodiscard]] const void* Find(std::uint32_t hash, const Matches& matches) const {
    if (shards_.empty()) return nullptr;
    const Shard& shard = shards_[ShardOf(hash)];
    for (std::size_t i = Home(shard, hash); i < shard.slots.size(); ++i) {
      const Slot& slot = shard.slots[i];
      if (slot.hash > hash || slot.IsFree()) return nullptr;
      if (slot.hash == hash && matches(slot.Pointer())) return slot.Pointer();
    }
    return nullptr;
  }

  // Begins to fetch what Find and Insert will look at, so that the caller can do something else
  // while the memory takes its time: with a million pointers each first look is a cache miss.
  void Prefetch(std::uint32_t hash) const {
    if (shards_.empty()) return;
    const Shard& shard = shards_[ShardOf(hash)];
    if (!shard.slots.empty()) __builtin_prefetch(&shard.slots[Home(shard, hash)]);
  }

  // In no order that means anything. REQUIRES: `visit` does not change the table.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const Shard& shard : shards_) {
      for (const Slot& slot : shard.slots) {
        if (!slot.IsFree()) visit(slot.Pointer());
      }
    }
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::array<std::byte, sizeof(void*)> bytes{};  // a pointer, aligned to 4 to save 4; zeros: free

    [[nodiscard]] const void* Pointer() const {
      const void* pointer = nullptr;
      std::memcpy(&pointer, bytes.data(), sizeof pointer);
      return pointer;
    }
    [[nodiscard]] bool IsFree() const { return Pointer() == nullptr; }
  };
  struct Shard {
    std::vector<Slot> slots;  // the homes, and behind them what moved up over the last one
    std::uint32_t homes = 0;
    std::uint32_t used = 0;
  };

  static constexpr unsigned kShardBits = 8;
  static constexpr unsigned kHomeBits = 32 - kShardBits;

  static std::size_t ShardOf(std::uint32_t hash) { return hash >> kHomeBits; }
  static std::size_t Home(const Shard& shard, std::uint32_t hash) {
    constexpr std::uint64_t kHomeMask = (std::uint64_t{1} << kHomeBits) - 1;
    return static_cast<std::size_t>((hash & kHomeMask) * shard.homes >> kHomeBits);
  }
  static void Resize(Shard& shard, std::uint32_t homes);

  std::vector<Shard> shards_;  // none until something is put in
  std::size_t size_ = 0;
};

template <typename T>
class PointerTable {
 public:
  void Insert(std::uint32_t hash, T* pointer) { table_.Insert(hash, pointer); }
  bool Erase(std::uint32_t hash, const T* pointer) { return table_.Erase(hash, pointer); }
  void Clear() { table_.Clear(); }
  void Reserve(std::size_t size) { table_.Reserve(size); }
  void Prefetch(std::uint32_t hash) const { table_.Prefetch(hash); }
  [[nodiscard]] std::size_t size() const { return table_.size(); }

  // `matches` and `visit` take a T&.
  template <typename Matches>
  [[nodiscard]] T* Find(std::uint32_t hash, const Matches& matches) const {
    return Typed(table_.Find(hash, [&](const void* pointer) { return matches(*Typed(pointer)); }));
  }
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    table_.ForEach([&](const void* pointer) { visit(*Typed(pointer)); });
  }

 private:
  // What is in the table was put in as a T*.
  static T* Typed(const void* pointer) { return static_cast<T*>(const_cast<void*>(pointer)); }

  RawPointerTable table_;
};

}  // namespace image_cache
