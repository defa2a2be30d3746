#include "native-server/cli/warm/start_plan.h"

#include <fmt/format.h>

#include <utility>

#include "native-server/cli/warm/warm_source.h"
#include "native-server/services/buckets/bucket_folder.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

// More are warmed by `image-cache warm`, which reads its lists as it goes.
constexpr std::size_t kMaxImages = 100'000;

Outcome<void> AddList(const Settings& settings, const std::string& file, WarmingPlan& plan) {
  Settings of_list = settings;
  of_list.warm_file = file;
  auto source = OpenListSource(of_list);
  if (!source) return tl::make_unexpected(source.error());
  std::size_t images = 0;
  for (;;) {
    auto pieces = (*source)->Next();
    if (!pieces) return tl::make_unexpected(pieces.error());
    if (pieces->empty()) return {};
    for (PrefetchOrder& piece : *pieces) {
      images += piece.images.size();
      plan.orders.push_back(std::move(piece));
    }
    if (images > kMaxImages) {
      return Failed(
          fmt::format("--warm: the list {} has more than {} pictures; run image-cache "
                      "warm {} beside the server",
                      file, kMaxImages, file));
    }
  }
}

// A file is told by a slash or a dot with something behind it, as "list.json" and "./list" have;
// an actor of that name can still be had by the list or the folder that names it.
bool IsFile(const std::string& text) { return text.find_first_of("/.") != std::string::npos; }

}  // namespace

Outcome<WarmingPlan> MakeWarmingPlan(const Settings& settings) {
  WarmingPlan plan{.actors = {}, .orders = {}, .folders = {}, .last_run = settings.warm_last};
  for (const std::string& text : settings.warm_at_start) {
    if (IsBucketFolder(text)) {
      auto folder = ParseBucketFolderOfActor(text);
      if (!folder) return WrongUsage("--warm: " + folder.error().detail);
      plan.folders.push_back(std::move(*folder));
    } else if (text == "-") {
      return WrongUsage("--warm: a server reads no list from standard input; give a file");
    } else if (IsFile(text)) {
      if (auto added = AddList(settings, text, plan); !added) {
        return tl::make_unexpected(added.error());
      }
    } else if (IsValidActorId(text)) {
      plan.actors.push_back(text);
    } else {
      return WrongUsage(fmt::format(
          "--warm: '{}' is no actor id, file or folder of a bucket; write it as 0001, ./list.json "
          "or s3://bucket/prefix/",
          text));
    }
  }
  plan.places = plan.folders;
  for (const std::string& text : settings.sync_folders) {
    plan.places.push_back(*ParseBucketFolderOfActor(text));
  }
  std::erase_if(plan.places, [](const BucketFolder& place) { return !place.actor_id.empty(); });
  return plan;
}

}  // namespace image_cache
