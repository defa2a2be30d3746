#include "native-server/api/stats_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "native-server/api/sync_json.h"
#include "native-server/api/usage_json.h"
#include "native-server/api/warming_json.h"

namespace image_cache {
namespace {

using nlohmann::ordered_json;

// 94.19, not 94.18941497802734: for people, and the bytes stand beside it.
double ToMebibytes(std::uint64_t bytes) {
  return std::round(static_cast<double>(bytes) / (1024.0 * 1024.0) * 100.0) / 100.0;
}

double HitRatio(const StatisticsSnapshot& serving) {
  const std::uint64_t all = serving.hits + serving.misses;
  return all == 0 ? 0 : static_cast<double>(serving.hits) / static_cast<double>(all);
}

ordered_json ActorsToJson(const std::vector<StoreStats::Actor>& actors) {
  ordered_json list = ordered_json::array();
  for (const StoreStats::Actor& actor : actors) {
    ordered_json& row = list.emplace_back(ordered_json{{"actor_id", actor.actor_id},
                                                       {"entries", actor.totals.entries},
                                                       {"size_bytes", actor.totals.size_bytes}});
    if (!actor.heat) continue;
    row["heat"] = std::round(static_cast<double>(*actor.heat) * 1000) / 1000;
    row["openings_ago"] = actor.openings_ago;
  }
  return list;
}

// What lies compressed is there whether or not more is made of it now.
ordered_json CompressionToJson(const CompressedTotals& stored,
                               const std::optional<CompressionStats>& work) {
  ordered_json json{{"entries", stored.entries},
                    {"original_bytes", stored.original_bytes},
                    {"stored_bytes", stored.stored_bytes},
                    {"saved_bytes", stored.original_bytes - stored.stored_bytes}};
  if (!work) return json;
  const CompressorStats compressor = work->compressor.value_or(CompressorStats{});
  json["running"] = work->compressor.has_value();
  json["compressed"] = compressor.compressed;
  json["refused"] = compressor.refused;
  json["failed"] = compressor.failed;
  json["compressing_cpu_ms"] = compressor.cpu_us / 1000;
  json["restored"] = work->restoring.restored;
  json["broken"] = work->restoring.broken;
  json["restoring_cpu_ms"] = work->restoring.cpu_us / 1000;
  return json;
}

}  // namespace

ordered_json NumbersToJson(const Overview& overview) {
  const StoreStats& store = overview.store;
  const StatisticsSnapshot& serving = overview.serving;
  const DownloaderStats& downloads = overview.downloads;
  const double origin_ms = overview.AverageOriginMs();
  return {
      {"total_entries", store.totals.entries},
      {"total_size_bytes", store.totals.size_bytes},
      {"total_size_mb", ToMebibytes(store.totals.size_bytes)},
      {"max_size_bytes", store.max_size_bytes},
      {"hits", serving.hits},
      {"misses", serving.misses},
      {"hit_ratio", HitRatio(serving)},
      {"not_modified", serving.not_modified},
      {"bytes_served", serving.bytes_served},
      {"bytes_saved", serving.bytes_served},  // what the origin did not have to send
      {"downloads", downloads.succeeded},
      {"failed_downloads", downloads.failed},
      {"bytes_downloaded", downloads.bytes},
      {"average_origin_ms", std::llround(origin_ms)},
      {"time_saved_ms", serving.saved_us / 1000},
      {"evictions", store.evicted_entries},
      {"evicted_bytes", store.evicted_bytes},
      {"coalesced", overview.fetches.coalesced},
      {"downloads_running", downloads.running},
      {"downloads_waiting", downloads.waiting},
      {"store", NameOf(store.health.state)},
      {"revision", store.revision},
  };
}

ordered_json ToJson(const Overview& overview) {
  ordered_json json = NumbersToJson(overview);
  json["compression"] = CompressionToJson(overview.store.compressed, overview.compression);
  json["uptime_ms"] = overview.uptime_ms;
  if (!overview.sync.folders.empty()) json["sync"] = ToJson(overview.sync);
  if (overview.usage.learns) json["usage"] = ToJson(overview.usage);
  if (overview.warming.state != WarmingStats::State::kOff) {
    json["warming"] = ToJson(overview.warming);
  }
  if (overview.smaller) {
    json["smaller"] = {{"pictures", overview.store.smaller.pictures},
                       {"size_bytes", overview.store.smaller.bytes},
                       {"max_size_bytes", overview.store.smaller.max_bytes},
                       {"made", overview.smaller->made},
                       {"made_ahead", overview.smaller->made_ahead},
                       {"as_they_are", overview.smaller->as_they_are},
                       {"failed", overview.smaller->failed},
                       {"turned_away", overview.smaller->turned_away}};
  }
  json["actors"] = ActorsToJson(overview.store.actors);
  return json;
}

ordered_json ToJson(HistoryStep step, const std::vector<HistoryPoint>& points) {
  ordered_json list = ordered_json::array();
  for (const HistoryPoint& point : points) {
    ordered_json& item = list.emplace_back(ordered_json{{"at", point.at_ms}});
    for (const HistoryField& field : kHistoryFields) item[field.name] = point.counts.*field.member;
    item["stored_bytes"] = point.stored_bytes;
  }
  return {{"resolution_s", SizeOf(step).ms / 1000}, {"points", std::move(list)}};
}

}  // namespace image_cache
