#include "native-server/cli/history_table.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

#include "native-server/cli/size.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::string_view kRow = "{:<16}  {:>9}  {:>9}  {:>11}  {:>11}  {:>9}  {:>8}  {:>7}\n";

std::uint64_t Number(const json& point, const char* name) {
  return point.value(name, std::uint64_t{0});
}

bool IsQuiet(const json& point) {
  for (const char* name : {"hits", "misses", "origin_requests", "evictions", "errors"}) {
    if (Number(point, name) != 0) return false;
  }
  return true;
}

std::string TimeOf(const json& point, std::int64_t resolution_s) {
  const std::time_t at_s = point.value("at", std::int64_t{0}) / 1000;
  // A day of the server's is one of UTC, and has another date elsewhere.
  if (resolution_s >= kDaySeconds) return fmt::format("{:%Y-%m-%d} UTC", fmt::gmtime(at_s));
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::localtime(at_s));
}

std::string Seconds(std::uint64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

}  // namespace

std::string HistoryTable(const json& history) {
  const std::int64_t resolution_s = history.value("resolution_s", std::int64_t{0});
  std::string rows;
  for (const json& point : history.value("points", json::array())) {
    if (IsQuiet(point)) continue;
    rows += fmt::format(
        kRow, TimeOf(point, resolution_s), Number(point, "hits"), Number(point, "misses"),
        FormatSize(Number(point, "bytes_served")), FormatSize(Number(point, "origin_bytes")),
        Seconds(Number(point, "saved_ms")), Number(point, "evictions"), Number(point, "errors"));
  }
  if (rows.empty()) return "nothing has happened in that time\n";
  return fmt::format(kRow, "from", "hits", "misses", "served", "downloaded", "saved", "evicted",
                     "errors") +
         rows;
}

}  // namespace image_cache
