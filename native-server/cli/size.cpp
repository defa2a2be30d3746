#include "native-server/cli/size.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr double kMaxBytes = 9223372036854775807.0;

struct Unit {
  std::string_view name;
  double bytes;
};

constexpr double kKibi = 1024, kKilo = 1000;
constexpr std::array<Unit, 14> kUnits = {{
    {"", 1},
    {"B", 1},
    {"K", kKibi},
    {"M", kKibi* kKibi},
    {"G", kKibi* kKibi* kKibi},
    {"T", kKibi* kKibi* kKibi* kKibi},
    {"KiB", kKibi},
    {"MiB", kKibi* kKibi},
    {"GiB", kKibi* kKibi* kKibi},
    {"TiB", kKibi* kKibi* kKibi* kKibi},
    {"KB", kKilo},
    {"MB", kKilo* kKilo},
    {"GB", kKilo* kKilo* kKilo},
    {"TB", kKilo* kKilo* kKilo* kKilo},
}};

}  // namespace

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const char* const last = text.data() + text.size();
  std::uint64_t whole = 0;
  const auto digits = std::from_chars(text.data(), last, whole);
  if (digits.ptr == last) {  // exact, which a double is not
    const bool fits = digits.ec == std::errc() && static_cast<double>(whole) < kMaxBytes;
    return fits ? std::optional(whole) : std::nullopt;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  std::string_view name(end, static_cast<std::size_t>(last - end));
  if (name.starts_with(' ')) name.remove_prefix(1);
  for (const Unit& unit : kUnits) {
    if (!EqualsIgnoringCase(unit.name, name) || name.empty()) continue;
    const double bytes = number * unit.bytes;
    return bytes < kMaxBytes ? std::optional(static_cast<std::uint64_t>(bytes)) : std::nullopt;
  }
  return std::nullopt;
}

std::string FormatSize(std::uint64_t bytes) {
  static constexpr std::array kNames = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double number = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; number >= 1024 && unit + 1 < kNames.size(); ++unit) number /= 1024;
  return fmt::format("{:.2f} {}", number, kNames.at(unit));
}

}  // namespace image_cache
