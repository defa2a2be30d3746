#include "native-server/api/events/event_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace image_cache {

using nlohmann::ordered_json;

std::string HelloText(std::string_view epoch, std::uint64_t revision) {
  return fmt::format(R"({{"type":"hello","epoch":"{}","revision":{},"server":"{}"}})", epoch,
                     revision, IMAGE_CACHE_VERSION);
}

std::string ChangesText(std::uint64_t since, std::uint64_t revision, std::string_view changes) {
  return fmt::format(R"({{"type":"changes","since":{},"revision":{},"changes":[{}]}})", since,
                     revision, changes);
}

std::string GapText(std::uint64_t revision) {
  return fmt::format(R"({{"type":"gap","revision":{}}})", revision);
}

std::string PrefetchesText(const std::vector<RunningPrefetch>& prefetches) {
  ordered_json list = ordered_json::array();
  for (const RunningPrefetch& one : prefetches) {
    ordered_json& item =
        list.emplace_back(ordered_json{{"id", one.id},
                                       {"actor_id", one.actor_id},
                                       {"requested", one.counts.requested},
                                       {"cached", one.counts.cached},
                                       {"already_cached", one.counts.already_cached},
                                       {"failed", one.counts.failed},
                                       {"bytes", one.counts.bytes},
                                       {"done", one.done}});
    if (!one.job_id.empty()) item["job_id"] = one.job_id;
  }
  return list.dump();
}

std::string ProgressText(std::uint64_t revision, std::string_view prefetches) {
  return fmt::format(R"({{"type":"progress","revision":{},"prefetches":{}}})", revision,
                     prefetches);
}

std::string StatsText(std::uint64_t revision, std::int64_t uptime_ms, const ordered_json& numbers) {
  ordered_json event = {{"type", "stats"}};
  event.update(numbers);
  event["revision"] = revision;
  event["uptime_ms"] = uptime_ms;
  return event.dump();
}

}  // namespace image_cache
