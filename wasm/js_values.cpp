#include "wasm/js_values.h"

namespace image_cache {

using emscripten::val;

[[gnu::noinline]] void SetValue(val& object, const char* name, const val& value) {
  object.set(name, value);
}

[[gnu::noinline]] void SetText(val& object, const char* name, std::string_view text) {
  SetValue(object, name, val(std::string(text)));
}

[[gnu::noinline]] void SetNumber(val& object, const char* name, double number) {
  SetValue(object, name, val(number));
}

[[gnu::noinline]] void SetFlag(val& object, const char* name, bool flag) {
  SetValue(object, name, val(flag));
}

}  // namespace image_cache
