#include "native-server/api/endpoints/prefetch_report.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "native-server/api/problem.h"
#include "native-server/api/unsigned_url.h"

namespace image_cache {
namespace {

using nlohmann::ordered_json;

// Who has sent the URLs is told of them as they were sent; a job may be looked at by others.
enum class Reader { kSender, kAnybody };

ordered_json ItemToJson(const PrefetchItemReport& item, Reader reader) {
  ordered_json json = {
      {"s3_url", reader == Reader::kSender ? item.s3_url : UnsignedUrl(item.s3_url)}};
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

ordered_json ItemsToJson(const std::vector<PrefetchItemReport>& items, Reader reader) {
  ordered_json results = ordered_json::array();
  for (const PrefetchItemReport& item : items) results.push_back(ItemToJson(item, reader));
  return results;
}

std::string_view StateName(JobState state) {
  switch (state) {
    case JobState::kQueued:
      return "queued";
    case JobState::kRunning:
      return "running";
    case JobState::kCancelled:
      return "cancelled";
    case JobState::kDone:
      break;
  }
  return "done";
}

ordered_json TimeToJson(const std::optional<std::int64_t>& time_ms) {
  return time_ms ? ordered_json(*time_ms) : ordered_json(nullptr);
}

}  // namespace

ordered_json ToJson(const PrefetchReport& report) {
  std::size_t cached = 0, already_cached = 0, failed = 0;
  for (const PrefetchItemReport& item : report.items) {
    (!item.outcome ? failed : item.outcome->already_cached ? already_cached : cached) += 1;
  }
  return {{"actor_id", report.actor_id},
          {"requested", report.items.size()},
          {"cached", cached},
          {"already_cached", already_cached},
          {"failed", failed},
          {"bytes", report.bytes},
          {"results", ItemsToJson(report.items, Reader::kSender)}};
}

ordered_json ToJson(const AcceptedJob& job) {
  return {{"job_id", job.job_id},
          {"accepted", job.accepted},
          {"rejected", ItemsToJson(job.rejected, Reader::kSender)}};
}

ordered_json ToJson(const JobStatus& job) {
  ordered_json json = {{"job_id", job.job_id},
                       {"actor_id", job.actor_id},
                       {"state", StateName(job.state)},
                       {"created_at", job.created_ms},
                       {"started_at", TimeToJson(job.started_ms)},
                       {"finished_at", TimeToJson(job.finished_ms)},
                       {"requested", job.counts.requested},
                       {"cached", job.counts.cached},
                       {"already_cached", job.counts.already_cached},
                       {"failed", job.counts.failed},
                       {"bytes", job.counts.bytes}};
  if (job.report != nullptr) json["results"] = ItemsToJson(job.report->items, Reader::kAnybody);
  return json;
}

}  // namespace image_cache
