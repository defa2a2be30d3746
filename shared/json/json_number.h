// A number of JSON (RFC 8259 §6). Internal to ReadJson.
#pragma once

#include <string_view>

#include "shared/json/json_events.h"

namespace image_cache {

// Takes the number that `rest` begins with off it and tells it. False when it is none, or ended.
//
// No strtod: it asks the locale, and in WebAssembly it is 7 kB (gzip), since it rounds every
// decimal correctly in 128-bit arithmetic. Here a number with a point or an exponent is exact when
// it is whole and below 2^53 ("1729176000000.0", "1.729176e12"), which is all that any form we read
// takes.
[[nodiscard]] bool ReadJsonNumber(std::string_view& rest, JsonEvents& events);

}  // namespace image_cache
