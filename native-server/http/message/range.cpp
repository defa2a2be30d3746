#include "native-server/http/message/range.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "shared/ascii.h"

namespace image_cache {
namespace {

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// A number too large for 64 bits is past every end, which its saturated value is too.
std::optional<std::uint64_t> ParseNumber(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

RangeAnswer ParseRange(std::string_view header, std::uint64_t size_bytes) {
  using Kind = RangeAnswer::Kind;
  constexpr std::string_view kUnit = "bytes=";
  if (header.size() < kUnit.size() || !EqualsIgnoringCase(header.substr(0, kUnit.size()), kUnit) ||
      header.find(',') != std::string_view::npos) {
    return {};
  }
  const std::string_view spec = Trim(header.substr(kUnit.size()));
  const RangeAnswer refused{.kind = Kind::kUnsatisfiable};
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return refused;

  if (dash == 0) {  // "-500": the last 500 bytes
    const auto suffix = ParseNumber(spec.substr(1));
    if (!suffix || *suffix == 0 || size_bytes == 0) return refused;
    const std::uint64_t length = std::min(*suffix, size_bytes);
    return {.kind = Kind::kPart, .offset = size_bytes - length, .length = length};
  }

  const auto first = ParseNumber(spec.substr(0, dash));
  if (!first || *first >= size_bytes) return refused;
  std::uint64_t last = size_bytes - 1;
  if (const std::string_view tail = spec.substr(dash + 1); !tail.empty()) {
    const auto given = ParseNumber(tail);
    if (!given || *given < *first) return refused;
    last = std::min(*given, last);
  }
  return {.kind = Kind::kPart, .offset = *first, .length = last - *first + 1};
}

}  // namespace image_cache
