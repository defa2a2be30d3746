#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "native-server/cli/cache_access.h"
#include "native-server/cli/commands.h"
#include "native-server/cli/history_table.h"
#include "native-server/cli/size.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

std::string Line(std::string_view name, std::string_view value) {
  return fmt::format("{:<16}{}\n", name, value);
}

std::uint64_t Number(const json& stats, const char* name) {
  return stats.value(name, std::uint64_t{0});
}

// What only a server has counted since it started.
std::string ServingLines(const json& stats) {
  std::string text;
  text += Line("hits", fmt::format("{} ({:.1f} % of requests), {} served", Number(stats, "hits"),
                                   stats.value("hit_ratio", 0.0) * 100,
                                   FormatSize(Number(stats, "bytes_served"))));
  text += Line("misses", std::to_string(Number(stats, "misses")));
  text += Line("downloads",
               fmt::format("{} of {}, {} failed, {} ms each on average", Number(stats, "downloads"),
                           FormatSize(Number(stats, "bytes_downloaded")),
                           Number(stats, "failed_downloads"), Number(stats, "average_origin_ms")));
  text += Line("time saved",
               fmt::format("{:.1f} s", static_cast<double>(Number(stats, "time_saved_ms")) / 1000));
  text += Line("evicted", fmt::format("{} pictures, {}", Number(stats, "evictions"),
                                      FormatSize(Number(stats, "evicted_bytes"))));
  return text;
}

// Nothing when nobody has switched it on.
std::string UsageLine(const json& stats) {
  if (!stats.contains("usage")) return {};
  const json& usage = stats["usage"];
  std::string text = fmt::format("{} openings learnt of {} actors, {}", Number(usage, "openings"),
                                 Number(usage, "actors"), FormatSize(Number(usage, "model_bytes")));
  if (const std::uint64_t guessed = Number(usage, "guessed_actors"); guessed > 0) {
    text += fmt::format("; fetched of {} actors, {} of them opened then, {}", guessed,
                        Number(usage, "opened_actors"), FormatSize(Number(usage, "fetched_bytes")));
  }
  return Line("usage model", text);
}

}  // namespace

Outcome<void> PrintStats(const Settings& settings) {
  auto cache = OpenCache(settings);
  if (!cache) return tl::make_unexpected(cache.error());
  const auto stats = (*cache)->Stats(settings.history);
  if (!stats) return tl::make_unexpected(stats.error());
  if (settings.json) {
    std::cout << stats->dump(2) << "\n";
    return {};
  }
  if (!settings.history.empty()) {
    std::cout << HistoryTable(stats->value("history", json::object()));
    return {};
  }
  std::string text =
      Line("cache folder", settings.cache_dir + " (" + (*cache)->Description() + ")");
  // Only a server has a limit.
  const std::string limit = stats->contains("max_size_bytes")
                                ? " of " + FormatSize(Number(*stats, "max_size_bytes"))
                                : "";
  text += Line("pictures", fmt::format("{}, {}{}", Number(*stats, "total_entries"),
                                       FormatSize(Number(*stats, "total_size_bytes")), limit));
  const json compression = stats->value("compression", json::object());
  if (Number(compression, "entries") > 0) {
    text += Line("compressed", fmt::format("{} pictures, {} saved", Number(compression, "entries"),
                                           FormatSize(Number(compression, "saved_bytes"))));
  }
  if (Number(*stats, "uptime_ms") > 0) text += ServingLines(*stats);
  text += UsageLine(*stats);
  for (const json& actor : stats->value("actors", json::array())) {
    text += Line("actor " + actor.value("actor_id", ""),
                 fmt::format("{} pictures, {}", Number(actor, "entries"),
                             FormatSize(Number(actor, "size_bytes"))));
  }
  std::cout << text;
  return {};
}

}  // namespace image_cache
