#include "native-server/api/endpoints/downloads_endpoint.h"

#include <nlohmann/json.hpp>

#include "native-server/api/json_response.h"
#include "native-server/api/unsigned_url.h"

namespace image_cache {
namespace {

using nlohmann::ordered_json;

ordered_json ToJson(const ListedDownload& download) {
  return {{"s3_url", UnsignedUrl(download.url)},
          {"actor_id", download.actor_id},
          {"priority", NameOf(download.urgency)},
          {"host", download.host}};
}

}  // namespace

Response AnswerDownloads(const Downloader& downloader, std::int64_t now_ms) {
  const DownloadList list = downloader.List(kMaxListedDownloads);
  ordered_json running = ordered_json::array();
  for (const RunningDownload& one : list.running) {
    ordered_json row = ToJson(one.download);
    row["bytes"] = one.bytes;
    if (one.total_bytes) row["total_bytes"] = *one.total_bytes;
    row["started_at"] = now_ms - one.since_start.count();
    running.push_back(std::move(row));
  }
  ordered_json first = ordered_json::array();
  for (const WaitingDownload& one : list.waiting) {
    ordered_json row = ToJson(one.download);
    row["reason"] = one.reason;
    first.push_back(std::move(row));
  }
  return JsonResponse(200, {{"running_total", list.running_total},
                            {"running", std::move(running)},
                            {"waiting", {{"total", list.waiting_total}, {"first", first}}}});
}

}  // namespace image_cache
