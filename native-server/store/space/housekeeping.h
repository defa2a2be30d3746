// What the cache folder takes besides the pictures: index, its log, manifest.json, folders. So
// --max-size can mean what `du` shows.
//
// Known from two sides, of which the larger counts: an estimate by the number of pictures, which is
// there before the bytes are, and what stat(2) last said of the files. Plain arithmetic, part of
// the SpaceLedger.
#pragma once

#include <cstddef>
#include <cstdint>

namespace image_cache {

// As stat(2) says, in bytes on the disk.
struct HousekeepingFiles {
  std::uint64_t index_bytes = 0;
  std::uint64_t log_bytes = 0;  // index.sqlite-wal
  std::uint64_t manifest_bytes = 0;
};

class Housekeeping {
 public:
  // What one more picture may add at most, and one more actor: its row in the index and in the log,
  // its line in both manifests, its name in a folder; the actor's folder and what is noted of it.
  static constexpr std::uint64_t kBytesPerEntry = 2 * 768 + 2 * 640 + 64;
  static constexpr std::uint64_t kBytesPerActor = 4096 + 3 * 85;

  // After how many pages SQLite moves its log into the index: few when the cache is small, its own
  // thousand when it is large.
  [[nodiscard]] static int LogPages(std::uint64_t max_size_bytes);
  // How many actors without pictures may be remembered: the eviction policy's state is kept in the
  // index, too.
  [[nodiscard]] static std::size_t RememberedActors(std::uint64_t max_size_bytes);

  explicit Housekeeping(std::uint64_t max_size_bytes);

  void Note(const HousekeepingFiles& files) { files_ = files; }
  // Of all but the pictures, when there are so many of both.
  [[nodiscard]] std::uint64_t Bytes(std::uint64_t entries, std::uint64_t actors) const;

 private:
  const std::uint64_t max_log_bytes_;    // without what one commit adds
  const std::uint64_t max_state_bytes_;  // of actors that are remembered without pictures
  HousekeepingFiles files_;
};

}  // namespace image_cache
