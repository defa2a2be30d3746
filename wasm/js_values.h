// From JavaScript's values to the core's types and back, without trusting what JavaScript gives.
//
// Embind's own conversions throw a JavaScript error for a wrong type; these take `undefined` and
// wrong types as empty, so that a caller's mistake is an entry that is refused and not a broken
// page.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace image_cache {

inline std::string StringField(const emscripten::val& object, const char* name) {
  const emscripten::val value = object[name];
  return value.isString() ? value.as<std::string>() : std::string();
}

// Whole numbers of JavaScript are exact up to 2^53 - 1; `fallback` for what is not one of them.
inline std::int64_t WholeNumber(const emscripten::val& value, std::int64_t fallback) {
  if (!value.isNumber()) return fallback;
  constexpr double kMaxSafeNumber = 9007199254740991.0;
  const double number = value.as<double>();
  // False for NaN too.
  if (!(number >= -kMaxSafeNumber && number <= kMaxSafeNumber)) return fallback;
  return static_cast<std::int64_t>(number);
}

// object[name] = value. Functions of their own, not inlined: a call of each is a fifth of what
// Embind's templates would be in its place, and every page downloads them.
void SetValue(emscripten::val& object, const char* name, const emscripten::val& value);
void SetText(emscripten::val& object, const char* name, std::string_view text);
void SetNumber(emscripten::val& object, const char* name, double number);  // exact up to 2^53
void SetFlag(emscripten::val& object, const char* name, bool flag);

}  // namespace image_cache
