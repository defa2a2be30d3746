#include "native-server/api/sync_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "native-server/api/problem.h"

namespace image_cache {
namespace {

using nlohmann::ordered_json;

std::string_view NameOf(SyncAction action) {
  switch (action) {
    case SyncAction::kNew:
      return "new";
    case SyncAction::kChanged:
      return "changed";
    case SyncAction::kGone:
      return "gone";
    case SyncAction::kKept:
      return "kept";
    case SyncAction::kLeftOut:
      return "left_out";
    case SyncAction::kFailed:
      break;
  }
  return "failed";
}

void AddFailure(const std::optional<Error<FetchError>>& failure, ordered_json& json) {
  if (!failure) return;
  json["error"] = TypeOf(failure->code).slug;
  json["detail"] = failure->detail;
}

ordered_json NumbersToJson(const SyncReport& report) {
  ordered_json json = {{"prefix", report.folder_url}};
  if (!report.actor_id.empty()) json["actor_id"] = report.actor_id;
  json.update({{"dry_run", report.dry_run},
               {"complete", report.IsComplete()},
               {"listed", report.listed},
               {"others", report.others},
               {"no_actor", report.no_actor},
               {"unchanged", report.unchanged},
               {"new", report.added},
               {"changed", report.changed},
               {"gone", report.gone},
               {"kept", report.kept},
               {"failed", report.failed},
               {"left_out", report.left_out},
               {"bytes", report.bytes},
               {"started_at", report.started_ms},
               {"elapsed_ms", report.elapsed_ms}});
  AddFailure(report.failure, json);
  return json;
}

}  // namespace

ordered_json ToJson(const SyncReport& report) {
  ordered_json json = NumbersToJson(report);
  ordered_json items = ordered_json::array();
  for (const SyncItem& item : report.items) {
    ordered_json one = {
        {"action", NameOf(item.action)}, {"s3_url", item.s3_url}, {"size_bytes", item.size_bytes}};
    AddFailure(item.failure, one);
    items.push_back(std::move(one));
  }
  json["items"] = std::move(items);
  json["items_left_out"] = report.unnamed_items;
  return json;
}

ordered_json ToJson(const SyncStats& stats) {
  ordered_json folders = ordered_json::array();
  for (const SyncStats::Folder& folder : stats.folders) {
    ordered_json one = {{"prefix", folder.folder.Url()}};
    if (!folder.folder.actor_id.empty()) one["actor_id"] = folder.folder.actor_id;
    one["running"] = folder.running;
    one["runs"] = folder.runs;
    one["failed_runs"] = folder.failed_runs;
    one["next_at"] = folder.next_ms;
    if (folder.last) one["last"] = NumbersToJson(*folder.last);
    folders.push_back(std::move(one));
  }
  return {{"every_s", std::chrono::duration_cast<std::chrono::seconds>(stats.every).count()},
          {"folders", std::move(folders)}};
}

}  // namespace image_cache
