#include "native-server/store/space/housekeeping.h"

#include <algorithm>

#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kLogPageBytes = kPageBytes + 24;  // SQLite's frame header

// The cache folder, images/, tmp/ and the lock file, a block each; and index.sqlite-shm.
constexpr std::uint64_t kFixedBytes = 4 * kPageBytes + 32768;
// Tables and state of an index without entries.
constexpr std::uint64_t kEmptyIndexBytes = 12 * kPageBytes;
// What other parts of the program note in it (Store::SaveNote), as large as it usually becomes.
constexpr std::uint64_t kNotesBytes = 4 * kPageBytes;
constexpr std::uint64_t kEmptyManifestBytes = kPageBytes;
// What a commit of up to 256 publications may write at most, each into a page of its own or two.
constexpr std::uint64_t kLargestCommitBytes = 2 * 256 * kLogPageBytes;

// An entry's row in the index, with a long key and name, and pages that are half full at worst; its
// line in manifest.json; its name in its folder.
constexpr std::uint64_t kIndexBytesPerEntry = 768;
constexpr std::uint64_t kManifestBytesPerEntry = 640;
constexpr std::uint64_t kFolderBytesPerEntry = 64;
static_assert(Housekeeping::kBytesPerEntry ==
              2 * kIndexBytesPerEntry + 2 * kManifestBytesPerEntry + kFolderBytesPerEntry);

constexpr std::uint64_t kFolderBytesPerActor = 4096;
constexpr std::uint64_t kStateBytesPerActor = kMaxActorIdBytes + 21;  // see eviction_state.h
static_assert(Housekeeping::kBytesPerActor == kFolderBytesPerActor + 3 * kStateBytesPerActor);

constexpr std::uint64_t kLogShare = 128;              // of --max-size, at most
constexpr std::uint64_t kBytesPerRemembered = 16384;  // of --max-size

}  // namespace

int Housekeeping::LogPages(std::uint64_t max_size_bytes) {
  return static_cast<int>(
      std::clamp<std::uint64_t>(max_size_bytes / kLogShare / kPageBytes, 8, 1000));
}

std::size_t Housekeeping::RememberedActors(std::uint64_t max_size_bytes) {
  return std::min<std::uint64_t>(max_size_bytes / kBytesPerRemembered, 65536);
}

Housekeeping::Housekeeping(std::uint64_t max_size_bytes)
    : max_log_bytes_(static_cast<std::uint64_t>(LogPages(max_size_bytes)) * kLogPageBytes),
      max_state_bytes_(RememberedActors(max_size_bytes) * kStateBytesPerActor) {}

std::uint64_t Housekeeping::Bytes(std::uint64_t entries, std::uint64_t actors) const {
  const std::uint64_t state_bytes = max_state_bytes_ + actors * kStateBytesPerActor + kNotesBytes;
  const std::uint64_t index_bytes =
      std::max(files_.index_bytes, kEmptyIndexBytes + entries * kIndexBytesPerEntry + state_bytes);
  // A commit writes no more than all of the index, so that of a small one is small.
  const std::uint64_t commit_bytes = std::min(index_bytes, kLargestCommitBytes) + state_bytes;
  const std::uint64_t log_bytes = std::max(files_.log_bytes, max_log_bytes_ + commit_bytes);
  const std::uint64_t manifest_bytes =
      std::max(files_.manifest_bytes, kEmptyManifestBytes + entries * kManifestBytesPerEntry);
  return kFixedBytes + index_bytes + log_bytes + 2 * manifest_bytes +
         entries * kFolderBytesPerEntry + actors * kFolderBytesPerActor;
}

}  // namespace image_cache
