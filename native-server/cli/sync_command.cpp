#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "native-server/cli/cache_access.h"
#include "native-server/cli/commands.h"
#include "native-server/cli/size.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

std::uint64_t Number(const json& report, const char* name) {
  return report.value(name, std::uint64_t{0});
}

Outcome<SyncOrder> ReadOrder(const Settings& settings) {
  auto folder = ParseBucketFolder(settings.sync_folder);
  if (!folder) return WrongUsage(folder.error().detail);
  folder->actor_id = settings.sync_actor_id;
  if (!folder->actor_id.empty() && !IsValidActorId(folder->actor_id)) {
    return WrongUsage(
        fmt::format("--actor: '{}' is no actor id. {}", folder->actor_id, kActorIdRule));
  }
  return SyncOrder{.folder = std::move(*folder),
                   .dry_run = settings.dry_run,
                   .removes_many = settings.sync_delete};
}

// "new      s3://bucket/0001/a.jpg  321 KiB"
std::string Line(const json& item) {
  const std::string why =
      item.contains("detail")
          ? fmt::format(": {} ({})", item.value("detail", ""), item.value("error", ""))
          : "";
  return fmt::format("{:<9}{}  {}{}\n", item.value("action", ""), item.value("s3_url", ""),
                     FormatSize(Number(item, "size_bytes")), why);
}

std::string Lines(const json& report) {
  std::string text;
  for (const json& item : report.value("items", json::array())) text += Line(item);
  if (const auto more = Number(report, "items_left_out"); more > 0) {
    text += fmt::format("… and {} more\n", more);
  }
  text += fmt::format("{}{}: {} new, {} changed, {} gone, {} unchanged, {} failed; {}\n",
                      report.value("dry_run", false) ? "would do in " : "",
                      report.value("prefix", ""), Number(report, "new"), Number(report, "changed"),
                      Number(report, "gone"), Number(report, "unchanged"), Number(report, "failed"),
                      FormatSize(Number(report, "bytes")));
  if (const auto others = Number(report, "others"); others > 0) {
    text += fmt::format("not named as pictures are: {}\n", others);
  }
  if (const auto no_actor = Number(report, "no_actor"); no_actor > 0) {
    text += fmt::format("in no actor's folder: {}; --actor ID takes them in\n", no_actor);
  }
  return text;
}

// What is left to be said when not everything is in step.
Outcome<void> Judge(const json& report) {
  if (!report.value("complete", false)) {
    return Failed(fmt::format(
        "{} could not be listed to its end, so nothing was removed: {} ({}); "
        "check the prefix and the credentials, and sync again",
        report.value("prefix", ""), report.value("detail", ""), report.value("error", "")));
  }
  if (const auto kept = Number(report, "kept"); kept > 0) {
    return Failed(
        fmt::format("{} pictures are gone from S3, more than half of what is cached of "
                    "it: they are kept; --delete removes them",
                    kept));
  }
  if (const auto left_out = Number(report, "left_out"); left_out > 0) {
    return Failed(fmt::format("there was no room for {} pictures; raise --max-size", left_out));
  }
  if (const auto failed = Number(report, "failed"); failed > 0) {
    return Failed(
        fmt::format("{} pictures could not be cached; see above for the reasons", failed));
  }
  return {};
}

}  // namespace

Outcome<void> SyncFolder(const Settings& settings) {
  const auto order = ReadOrder(settings);
  if (!order) return tl::make_unexpected(order.error());
  auto cache = OpenCache(settings);
  if (!cache) return tl::make_unexpected(cache.error());
  const auto report = (*cache)->Sync(*order);
  if (!report) return tl::make_unexpected(report.error());
  std::cout << (settings.json ? report->dump(2) + "\n" : Lines(*report));
  return Judge(*report);
}

}  // namespace image_cache
