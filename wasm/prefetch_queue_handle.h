// The class that TypeScript sees as PrefetchQueueHandle (image_cache.d.ts): a PrefetchQueue that
// makes its keys with the addressing of a manifest, so that both mean the same picture by the same
// URL.
//
// Owned by JavaScript, which frees it with delete(), before the manifest.
#pragma once

#include <emscripten/val.h>

#include <cstddef>
#include <string>

#include "shared/prefetch/prefetch_queue.h"
#include "wasm/manifest_handle.h"

namespace image_cache {

class PrefetchQueueHandle {
 public:
  // REQUIRES: `manifest` outlives this.
  PrefetchQueueHandle(const ManifestHandle& manifest, const emscripten::val& options);

  int Enqueue(const std::string& actor_id, const emscripten::val& images,
              const std::string& priority);
  emscripten::val Next(double now_ms);
  void Finish(double batch_id, const emscripten::val& results, double now_ms);
  void Pause() { queue_.Pause(); }
  void Resume() { queue_.Resume(); }
  emscripten::val Cancel(const std::string& actor_id);
  emscripten::val CancelAll();
  emscripten::val Progress() const;
  bool IsBusyWith(const std::string& actor_id) const { return queue_.IsBusyWith(actor_id); }

 private:
  const ManifestHandle& manifest_;
  PrefetchQueue queue_;
};

}  // namespace image_cache
