#include "native-server/api/prefetch_report.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "native-server/api/problem.h"

namespace image_cache {
namespace {

using nlohmann::ordered_json;

ordered_json ItemToJson(const PrefetchItemReport& item) {
  ordered_json json = {{"s3_url", item.s3_url}};
  if (item.outcome) {
    json["status"] = item.outcome->already_cached ? "already_cached" : "cached";
    json["local_path"] = item.outcome->entry.local_path;
    json["size_bytes"] = item.outcome->entry.size_bytes;
  } else {
    const Error<FetchError>& error = item.outcome.error();
    json["status"] = "failed";
    json["error"] = TypeOf(error.code).slug;
    json["detail"] = error.detail;
    json["retryable"] = IsTransient(error.code);
  }
  return json;
}

}  // namespace

ordered_json ToJson(const PrefetchReport& report) {
  std::size_t cached = 0, already_cached = 0, failed = 0;
  ordered_json results = ordered_json::array();
  for (const PrefetchItemReport& item : report.items) {
    (!item.outcome ? failed : item.outcome->already_cached ? already_cached : cached) += 1;
    results.push_back(ItemToJson(item));
  }
  return {{"actor_id", report.actor_id},
          {"requested", report.items.size()},
          {"cached", cached},
          {"already_cached", already_cached},
          {"failed", failed},
          {"bytes", report.bytes},
          {"results", std::move(results)}};
}

ordered_json ToJson(const PrefetchJob& job) {
  ordered_json rejected = ordered_json::array();
  for (const PrefetchItemReport& item : job.rejected) rejected.push_back(ItemToJson(item));
  return {{"job_id", job.job_id}, {"accepted", job.accepted}, {"rejected", std::move(rejected)}};
}

}  // namespace image_cache
