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
  void Open(const std::string& actor_id) { queue_.Open(actor_id); }
  void Leave(const std::string& actor_id) { queue_.Leave(actor_id); }
  void SetVisible(const std::string& actor_id, const emscripten::val& s3_urls, bool is_visible);
  void SetConditions(const emscripten::val& conditions);
  void Cancel(const std::string& actor_id) { queue_.Cancel(actor_id); }
  void CancelAll() { queue_.CancelAll(); }
  emscripten::val Progress() const;
  emscripten::val Describe(double limit) const;
  bool IsBusyWith(const std::string& actor_id) const { return queue_.IsBusyWith(actor_id); }

 private:
  const ManifestHandle& manifest_;
  PrefetchQueue queue_;
};

}  // namespace image_cache
