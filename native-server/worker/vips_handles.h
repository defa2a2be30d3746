// What libvips gives, freed by its owner.
#pragma once

#include <vips/vips.h>

#include <memory>

namespace image_cache {

struct ReleaseObject {
  void operator()(void* object) const { g_object_unref(object); }
};
using VipsImagePtr = std::unique_ptr<VipsImage, ReleaseObject>;

struct ReleaseMemory {
  void operator()(void* memory) const { g_free(memory); }
};
using VipsBytes = std::unique_ptr<void, ReleaseMemory>;

// Calls a function of libvips that makes an image: `make(&image)` returns 0 when it did.
template <typename Make>
[[nodiscard]] VipsImagePtr MakeImage(Make make) {
  VipsImage* image = nullptr;
  if (make(&image) != 0) return nullptr;
  return VipsImagePtr(image);
}

}  // namespace image_cache
