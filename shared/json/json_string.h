// A string of JSON (RFC 8259 §7). Internal to ReadJson.
#pragma once

#include <string>
#include <string_view>

namespace image_cache {

// Takes the string that `rest` begins with, quotes included, off it and gives what it says, in
// UTF-8. False when it is none: no end, a control character, an unknown escape, half a surrogate
// pair, or bytes that are not UTF-8 (RFC 3629).
[[nodiscard]] bool ReadJsonString(std::string_view& rest, std::string& text);

}  // namespace image_cache
