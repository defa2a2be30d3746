// What of the module belongs to no class.
#include <emscripten/bind.h>

#include <string>

namespace image_cache {

EMSCRIPTEN_BINDINGS(image_cache_module) {
  emscripten::function(
      "version", +[] { return std::string(IMAGE_CACHE_VERSION); });
}

}  // namespace image_cache
