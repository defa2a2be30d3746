// Sizes as people write them: "10GiB", "500MB", "1073741824".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace image_cache {

// A number, with a fraction if it has a unit ("1.5GiB"), and in any case B, KB MB GB TB (powers of
// 1000), KiB MiB GiB TiB or K M G T (powers of 1024). Nothing for anything else, and for what does
// not fit into 63 bits, SQLite's integer.
[[nodiscard]] std::optional<std::uint64_t> ParseSize(std::string_view text);

// "1.50 GiB", "328 B".
[[nodiscard]] std::string FormatSize(std::uint64_t bytes);

}  // namespace image_cache
