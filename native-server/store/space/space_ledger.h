// Who uses how much of the disk, what is promised to downloads, and which actor goes first.
//
// Plain arithmetic without a lock, clock or disk; the SpaceKeeper locks it. Bytes are counted as
// the file system counts them, in whole blocks; a reservation counts in full from the start, so
// used + reserved never exceeds the limit and neither does the folder (design rule 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace image_cache {

class SpaceLedger {
 public:
  SpaceLedger(std::uint64_t max_size_bytes, std::uint64_t min_free_bytes)
      : max_size_bytes_(max_size_bytes), min_free_bytes_(min_free_bytes) {}

  // What a file of this size takes on the disk.
  [[nodiscard]] static std::uint64_t OnDisk(std::uint64_t size_bytes);

  // Between the two the actor is not evicted.
  void BeginDownload(const std::string& actor_id);
  void EndDownload(const std::string& actor_id);

  // Reserves, or changes nothing and says how many bytes are missing. 0: reserved.
  // `free_bytes`: what the disk has now.
  [[nodiscard]] std::uint64_t TryReserve(std::uint64_t bytes, std::uint64_t free_bytes);
  void Release(std::uint64_t reserved_bytes);
  // A file has taken its place, out of what was reserved for it.
  // REQUIRES: reserved_bytes >= OnDisk(size_bytes).
  void Settle(const std::string& actor_id, std::uint64_t reserved_bytes, std::uint64_t size_bytes);

  void AddFile(const std::string& actor_id, std::uint64_t size_bytes);
  void RemoveFile(const std::string& actor_id, std::uint64_t size_bytes);

  // A person looks at this actor now.
  void NoteOpened(std::string_view actor_id);

  // The actor to evict when `missing_bytes` are needed: the one opened longest ago; before all of
  // those, the ones never opened, the oldest first. Nothing when even evicting every actor that may
  // be evicted would not be enough: nothing is evicted in vain.
  [[nodiscard]] std::optional<std::string> NextVictim(std::uint64_t missing_bytes) const;

  [[nodiscard]] std::uint64_t used_bytes() const { return used_bytes_; }
  [[nodiscard]] std::uint64_t reserved_bytes() const { return reserved_bytes_; }
  [[nodiscard]] std::size_t remembered_actors() const { return actors_.size(); }

 private:
  struct Actor {
    std::uint64_t bytes = 0;
    int downloads = 0;
    std::uint64_t opened_at = 0;  // a tick; 0: never
    std::uint64_t seen_at = 0;    // a tick
  };

  Actor& At(std::string_view actor_id);
  void ForgetAbsent();

  const std::uint64_t max_size_bytes_;
  const std::uint64_t min_free_bytes_;
  std::uint64_t used_bytes_ = 0;
  std::uint64_t reserved_bytes_ = 0;
  std::uint64_t tick_ = 0;  // counts what happens: a clock that cannot jump
  std::size_t absent_ = 0;  // upper bound of the actors that hold no file
  std::unordered_map<std::string, Actor> actors_;
};

}  // namespace image_cache
