// The manifest as JSON, written once for each revision and shared by all who ask (and by
// manifest.json).
//
// Owned by the DiskStore; thread-safe. Who asks first after a change writes it, from a copy, so
// that nobody who looks up a picture waits; who asks meanwhile waits for that text instead of
// writing another.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "native-server/store/index/image_index.h"
#include "native-server/store/store.h"

namespace image_cache {

class ManifestTexts {
 public:
  ManifestTexts(const SharedIndex& index, S3Addressing addressing)
      : index_(index), addressing_(std::move(addressing)) {}

  [[nodiscard]] std::shared_ptr<const ManifestText> Current();
  [[nodiscard]] ManifestText OfActor(std::string_view actor_id) const;

 private:
  const SharedIndex& index_;
  const S3Addressing addressing_;
  std::mutex mutex_;
  std::shared_ptr<const ManifestText> current_;  // guarded by mutex_; null before the first
};

}  // namespace image_cache
