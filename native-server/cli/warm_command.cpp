#include <fmt/format.h>

#include <deque>
#include <iostream>
#include <nlohmann/json.hpp>

#include "native-server/base/logging.h"
#include "native-server/cli/cache_access.h"
#include "native-server/cli/commands.h"
#include "native-server/cli/progress.h"
#include "native-server/cli/size.h"
#include "native-server/cli/warm_list.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

// While the last pictures of a piece arrive, those of the next are on their way already.
constexpr std::size_t kPiecesAtOnce = 2;

struct Totals {
  std::uint64_t cached = 0, already_cached = 0, failed = 0, bytes = 0;

  void Add(const json& report) {
    cached += report.value("cached", std::uint64_t{0});
    already_cached += report.value("already_cached", std::uint64_t{0});
    failed += report.value("failed", std::uint64_t{0});
    bytes += report.value("bytes", std::uint64_t{0});
  }
  [[nodiscard]] std::uint64_t done() const { return cached + already_cached + failed; }
};

void NameFailures(const json& report, Progress& progress) {
  for (const json& item : report.value("results", json::array())) {
    if (item.value("status", "") != "failed") continue;
    // A presigned URL's signature has no place on a terminal that is recorded.
    progress.Print(fmt::format("failed: {}: {} ({})", LoggableUrl(item.value("s3_url", "")),
                               item.value("detail", ""), item.value("error", "")));
  }
}

}  // namespace

Outcome<void> WarmCache(const Settings& settings) {
  auto orders = ReadWarmList(settings.warm_file);
  if (!orders) return tl::make_unexpected(orders.error());
  auto cache = OpenCache(settings);
  if (!cache) return tl::make_unexpected(cache.error());

  std::size_t images = 0;
  for (const PrefetchOrder& order : *orders) images += order.images.size();
  Progress progress(images);
  Totals totals;
  struct Running {
    std::string actor_id;
    std::future<Outcome<json>> report;
  };
  std::deque<Running> running;
  const auto finish_first = [&]() -> Outcome<void> {
    Running first = std::move(running.front());
    running.pop_front();
    const auto report = first.report.get();
    if (!report) return tl::make_unexpected(report.error());
    totals.Add(*report);
    NameFailures(*report, progress);
    progress.Show(totals.done(),
                  fmt::format("actor {}, {}", first.actor_id, FormatSize(totals.bytes)));
    return {};
  };
  Outcome<void> outcome;
  for (PrefetchOrder& piece : CutIntoPieces(std::move(*orders), kImagesInPiece)) {
    if (running.size() == kPiecesAtOnce) outcome = finish_first();
    if (!outcome) break;
    std::string actor_id = piece.actor_id;
    running.push_back({std::move(actor_id), (*cache)->Prefetch(std::move(piece))});
  }
  while (outcome && !running.empty()) outcome = finish_first();
  progress.End();
  if (!outcome) return outcome;
  std::cout << fmt::format("{} pictures: {} cached ({}), {} already cached, {} failed\n", images,
                           totals.cached, FormatSize(totals.bytes), totals.already_cached,
                           totals.failed);
  if (totals.failed > 0) {
    return Failed(fmt::format("{} of {} pictures could not be cached; see above for the reasons",
                              totals.failed, images));
  }
  return {};
}

}  // namespace image_cache
