#include <fmt/format.h>

#include <deque>
#include <iostream>
#include <nlohmann/json.hpp>

#include "native-server/base/logging.h"
#include "native-server/cli/cache_access.h"
#include "native-server/cli/commands.h"
#include "native-server/cli/progress.h"
#include "native-server/cli/size.h"
#include "native-server/cli/warm/warm_source.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

// While the last pictures of a piece arrive, those of the next are on their way already. Actors of
// a few pictures make small pieces, and each takes a connection of its own to a server.
constexpr std::size_t kImagesAtOnce = 2 * kImagesInPiece;
constexpr std::size_t kPiecesAtOnce = 16;

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
    // A presigned URL's signature has no place on a terminal that is recorded, and what a list says
    // to the terminal itself has none at all.
    progress.Print(OneLine(fmt::format("failed: {}: {} ({})", LoggableUrl(item.value("s3_url", "")),
                                       item.value("detail", ""), item.value("error", ""))));
  }
}

// The pieces that are asked for, finished in the order in which they were begun.
class RunningPieces {
 public:
  RunningPieces(CacheAccess& cache, Progress& progress) : cache_(cache), progress_(progress) {}

  Outcome<void> Add(PrefetchOrder piece) {
    const std::size_t images = piece.images.size();
    while (!pieces_.empty() &&
           (pieces_.size() == kPiecesAtOnce || images_ + images > kImagesAtOnce)) {
      if (auto finished = FinishFirst(); !finished) return finished;
    }
    images_ += images;
    std::string actor_id = piece.actor_id;
    pieces_.push_back({std::move(actor_id), images, cache_.Prefetch(std::move(piece))});
    return {};
  }

  Outcome<void> Finish() {
    while (!pieces_.empty()) {
      if (auto finished = FinishFirst(); !finished) return finished;
    }
    return {};
  }

  [[nodiscard]] const Totals& totals() const { return totals_; }

 private:
  struct Piece {
    std::string actor_id;
    std::size_t images = 0;
    std::future<Outcome<json>> report;
  };

  Outcome<void> FinishFirst() {
    Piece first = std::move(pieces_.front());
    pieces_.pop_front();
    images_ -= first.images;
    const auto report = first.report.get();
    if (!report) return tl::make_unexpected(report.error());
    totals_.Add(*report);
    NameFailures(*report, progress_);
    progress_.Show(totals_.done(),
                   fmt::format("actor {}, {}", first.actor_id, FormatSize(totals_.bytes)));
    return {};
  }

  CacheAccess& cache_;
  Progress& progress_;
  Totals totals_;
  std::deque<Piece> pieces_;
  std::size_t images_ = 0;  // in all pieces
};

Outcome<void> Warm(WarmSource& source, RunningPieces& running) {
  for (;;) {
    auto pieces = source.Next();
    if (!pieces) {
      // What is under way is still told of, and then what went wrong.
      if (auto finished = running.Finish(); !finished) return finished;
      return tl::make_unexpected(pieces.error());
    }
    if (pieces->empty()) return running.Finish();
    for (PrefetchOrder& piece : *pieces) {
      if (auto added = running.Add(std::move(piece)); !added) return added;
    }
  }
}

std::string Summary(const Totals& totals, const std::string& left_out) {
  return fmt::format("{} pictures: {} cached ({}), {} already cached, {} failed{}\n", totals.done(),
                     totals.cached, FormatSize(totals.bytes), totals.already_cached, totals.failed,
                     left_out.empty() ? "" : "; left out: " + left_out);
}

}  // namespace

Outcome<void> WarmCache(const Settings& settings) {
  auto source = OpenWarmSource(settings);
  if (!source) return tl::make_unexpected(source.error());
  auto cache = OpenCache(settings);
  if (!cache) return tl::make_unexpected(cache.error());

  Progress progress((*source)->Total());
  RunningPieces running(**cache, progress);
  auto outcome = Warm(**source, running);
  progress.End();
  const Totals& totals = running.totals();
  if (!outcome) {
    if (totals.done() > 0) std::cout << Summary(totals, (*source)->LeftOut());
    return outcome;
  }
  std::cout << Summary(totals, (*source)->LeftOut());
  if (totals.failed > 0) {
    return Failed(fmt::format("{} of {} pictures could not be cached; see above for the reasons",
                              totals.failed, totals.done()));
  }
  return {};
}

}  // namespace image_cache
