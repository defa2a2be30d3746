// Dates as HTTP writes them: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace image_cache {

// `seconds` since the Unix epoch.
[[nodiscard]] std::string FormatHttpDate(std::int64_t seconds);

// All three forms that RFC 9110 asks a recipient to read. Nothing for anything else: a field with a
// date that cannot be read is ignored.
[[nodiscard]] std::optional<std::int64_t> ParseHttpDate(std::string_view text);

// The current date; formatted once a second and thread. Valid until the thread's next call.
[[nodiscard]] std::string_view CurrentHttpDate();

}  // namespace image_cache
