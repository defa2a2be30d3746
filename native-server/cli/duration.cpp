#include "native-server/cli/duration.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace image_cache {
namespace {

struct Unit {
  char name;
  std::int64_t seconds;
};
// The largest first.
constexpr std::array<Unit, 4> kUnits = {{{'d', 86'400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
constexpr std::int64_t kMaxSeconds = 3650 * kUnits[0].seconds;

}  // namespace

std::optional<std::chrono::seconds> ParseDuration(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || end - stop != 1 || number < 1) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (*stop != unit.name) continue;
    if (number > kMaxSeconds / unit.seconds) return std::nullopt;
    return std::chrono::seconds(number * unit.seconds);
  }
  return std::nullopt;
}

std::string FormatDuration(std::chrono::seconds duration) {
  for (const Unit& unit : kUnits) {
    if (duration.count() % unit.seconds == 0) {
      return std::to_string(duration.count() / unit.seconds) + unit.name;
    }
  }
  return {};
}

}  // namespace image_cache
