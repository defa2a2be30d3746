#include "native-server/services/warming/start_warming.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <unordered_set>
#include <utility>

#include "native-server/services/picture_name.h"
#include "native-server/services/revalidation/revalidation_plan.h"

namespace image_cache {
namespace {

using State = WarmingStats::State;

void Log(const WarmingStats& stats) {
  spdlog::info("warming: {} pictures fetched, {} were cached already, {} failed, {} had no room",
               stats.fetched, stats.already_cached, stats.failed, stats.left_out);
}

}  // namespace

StartWarming::StartWarming(FetchService& fetcher, Store& store, Downloader& downloader,
                           const S3Addressing& addressing, const Clock& clock, WarmingPlan plan)
    : fetcher_(fetcher),
      store_(store),
      downloader_(downloader),
      addressing_(addressing),
      clock_(clock),
      plan_(std::move(plan)),
      tally_(std::make_shared<Tally<WarmingStats>>()),
      fetches_(fetcher) {
  if (plan_.IsEmpty()) return;
  tally_->Apply([](WarmingStats& stats) { stats.state = State::kWaiting; });
}

StartWarming::~StartWarming() {
  Stop();
  if (thread_.joinable()) thread_.join();
}

void StartWarming::Begin() {
  if (plan_.IsEmpty()) return;
  tally_->Apply([](WarmingStats& stats) { stats.state = State::kRunning; });
  thread_ = std::thread([this] { Run(); });
}

void StartWarming::Stop() {
  fetches_.Stop();
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  if (listing_ != nullptr) listing_->Stop();
}

bool StartWarming::IsStopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

WarmingStats StartWarming::Stats() const { return tally_->Read(); }

void StartWarming::Run() {
  const auto begun = clock_.Monotonic();
  try {
    // First what somebody looked at, then what somebody wrote down, then what nobody has said.
    if (plan_.last_run) {
      for (const OpenedActor& actor : store_.OpenedInLastRun()) {
        tally_->Apply([](WarmingStats& stats) { ++stats.actors; });
        WarmKeys(actor);
      }
    }
    for (const std::string& actor_id : plan_.actors) WarmActor(actor_id);
    for (const PrefetchOrder& order : plan_.orders) WarmOrder(order);
    for (const BucketFolder& folder : plan_.folders) WarmFolder(folder);
    WarmLikely();
  } catch (const std::exception& error) {
    spdlog::error("the warming failed: {}", error.what());
  }
  fetches_.Finish();
  const bool stopped = IsStopping();
  tally_->Apply([&](WarmingStats& stats) {
    stats.state = stopped ? State::kStopped : State::kDone;
    stats.elapsed_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Monotonic() - begun).count();
    if (!stopped) Log(stats);
  });
}

void StartWarming::WarmActor(const std::string& actor_id) {
  tally_->Apply([](WarmingStats& stats) { ++stats.actors; });
  bool known = false;
  for (const OpenedActor& actor : store_.OpenedInLastRun()) {
    if (actor.actor_id != actor_id) continue;
    known = true;
    WarmKeys(actor);
  }
  for (BucketFolder place : plan_.places) {
    known = true;
    place.prefix += actor_id + "/";
    place.actor_id = actor_id;
    WarmFolder(place);
  }
  if (known) return;
  spdlog::warn(
      "nothing is known of the actor {} that is to be warmed; name its folder: --warm "
      "s3://bucket/prefix/",
      actor_id);
}

void StartWarming::WarmLikely() {
  if (!plan_.likely || IsStopping()) return;
  std::unordered_set<std::string> warmed(plan_.actors.begin(), plan_.actors.end());
  if (plan_.last_run) {
    for (const OpenedActor& actor : store_.OpenedInLastRun()) warmed.insert(actor.actor_id);
  }
  for (const OpenedActor& actor : plan_.likely()) {
    if (warmed.count(actor.actor_id) > 0) continue;
    tally_->Apply([](WarmingStats& stats) { ++stats.actors; });
    WarmKeys(actor);
  }
}

void StartWarming::WarmKeys(const OpenedActor& actor) {
  for (const std::string& key : actor.keys) {
    std::string url = UrlToAsk(key, addressing_);
    std::string filename = NameFromUrl(url);
    Fetch({.s3_url = std::move(url), .actor_id = actor.actor_id, .filename = std::move(filename)});
  }
}

void StartWarming::WarmOrder(const PrefetchOrder& order) {
  for (const PrefetchOrder::Image& image : order.images) {
    Fetch({.s3_url = image.s3_url,
           .actor_id = order.actor_id,
           .filename = image.filename.empty() ? NameFromUrl(image.s3_url) : image.filename});
  }
}

void StartWarming::WarmFolder(const BucketFolder& folder) {
  // Else a picture that is fetched already would be counted twice.
  fetches_.Finish();
  if (IsStopping()) return;
  SyncPass pass({.folder = folder, .only_new = true, .names_items = false}, fetcher_, store_,
                downloader_, addressing_, clock_);
  {
    const std::lock_guard lock(mutex_);
    listing_ = &pass;
    if (stopping_) pass.Stop();
  }
  const SyncReport report = pass.Run();
  {
    const std::lock_guard lock(mutex_);
    listing_ = nullptr;
    if (stopping_) return;
  }
  if (report.failure) {
    spdlog::warn("warming could not list {}: {}; check the prefix and the credentials",
                 report.folder_url, report.failure->detail);
  }
  tally_->Apply([&report](WarmingStats& stats) {
    stats.fetched += report.added;
    stats.already_cached += report.unchanged;
    stats.failed += report.failed;
    stats.left_out += report.left_out;
    stats.bytes += report.bytes;
    if (report.failure) ++stats.failed_listings;
  });
}

void StartWarming::Fetch(FetchRequest request) {
  auto done = [tally = tally_](const Result<FetchedImage, FetchError>& outcome) {
    tally->Apply([&outcome](WarmingStats& stats) {
      if (!outcome) {
        ++(outcome.error().code == FetchError::kNoSpace ? stats.left_out : stats.failed);
      } else if (outcome->already_cached) {
        ++stats.already_cached;
      } else {
        ++stats.fetched;
        stats.bytes += outcome->entry.size_bytes;
      }
    });
  };
  if (!fetches_.Add(std::move(request), std::move(done))) {
    tally_->Apply([](WarmingStats& stats) { ++stats.left_out; });
  }
}

}  // namespace image_cache
