// The manifest as JSON, written once for each revision and shared by all who ask (and by
// manifest.json).
//
// Owned by the DiskStore; thread-safe. Who asks first after a change writes it, so that nobody who
// looks up a picture waits; who asks meanwhile waits for that text instead of writing another. A
// small one is written in memory, from a copy of the entries; a large one is a file, see
// large_manifest.h.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/store.h"

namespace image_cache {

class ManifestTexts {
 public:
  struct Source {
    const SharedIndex& index;
    CacheFolder& folder;
    std::string epoch;        // see LoadedIndex
    bool was_closed = false;  // the last run: its manifest.json is what it says it is
    S3Addressing addressing;
    std::size_t max_entries_in_memory;
  };
  explicit ManifestTexts(Source source);

  // Never null. Throws std::runtime_error when a large one cannot be written.
  [[nodiscard]] std::shared_ptr<const ManifestText> Current();
  // From now on no large one is written, and one that is being written is given up: at a million
  // entries a stop would wait for seconds. The next start finds the file out of date.
  void StopWritingLargeOnes() { stopping_ = true; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  // The tag of what Current would give now, without making it.
  [[nodiscard]] std::string CurrentEtag() const;
  [[nodiscard]] ManifestText OfActor(std::string_view actor_id) const;

  // Of the last text that was made.
  [[nodiscard]] std::uint64_t text_bytes() const { return text_bytes_; }

 private:
  using Text = std::shared_ptr<const ManifestText>;

  [[nodiscard]] bool IsLarge() const;
  [[nodiscard]] std::string EtagOf(std::uint64_t revision) const;
  // REQUIRES for these: mutex_ is held.
  [[nodiscard]] Text Small();
  [[nodiscard]] Text Large();

  const Source source_;
  const std::string form_;  // a hash of all that the text depends on besides the index
  std::atomic<std::uint64_t> text_bytes_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  Text current_;         // guarded by mutex_; null before the first
  bool may_find_large_;  // guarded by mutex_; the last run's file was not looked for yet
};

}  // namespace image_cache
