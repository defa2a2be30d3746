// Fetches, once the server is ready, what is likely to be wanted: what was open when the last run
// ended, what the configuration names, and what the usage model expects.
//
// Owned by main; thread-safe. Works on a thread of its own, through QuietFetches: of the lowest
// urgency, and only into room that is nobody's. What it is made of outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "native-server/services/prefetch/prefetch_order.h"
#include "native-server/services/sync/sync_pass.h"
#include "native-server/services/tally.h"

namespace image_cache {

struct WarmingPlan {
  std::vector<std::string> actors;    // all that is known of each
  std::vector<PrefetchOrder> orders;  // lists
  std::vector<BucketFolder> folders;  // all pictures below each
  bool last_run = false;              // the actors that were opened last
  // Where the pictures of an actor are looked for besides, in a folder that is named after it.
  std::vector<BucketFolder> places = {};
  // Who is opened by somebody who comes anew, and the pictures to fetch of each. Asked last of all,
  // on the warming's thread. Empty: nobody is expected.
  std::function<std::vector<OpenedActor>()> likely = nullptr;

  [[nodiscard]] bool IsEmpty() const {
    return actors.empty() && orders.empty() && folders.empty() && !last_run && !likely;
  }
};

struct WarmingStats {
  enum class State { kOff, kWaiting, kRunning, kDone, kStopped };
  State state = State::kOff;
  std::size_t actors = 0;  // of those that were opened last, named or expected
  std::size_t fetched = 0, already_cached = 0, failed = 0;
  std::size_t left_out = 0;         // there was no room
  std::size_t failed_listings = 0;  // folders that could not be listed to their end
  std::uint64_t bytes = 0;          // fetched
  std::int64_t elapsed_ms = 0;      // when it is done
};

class StartWarming {
 public:
  StartWarming(FetchService& fetcher, Store& store, Downloader& downloader,
               const S3Addressing& addressing, const Clock& clock, WarmingPlan plan);
  ~StartWarming();  // stops it

  // The server is ready. Once.
  void Begin();
  // It ends soon.
  void Stop();
  [[nodiscard]] WarmingStats Stats() const;

 private:
  void Run();
  void WarmActor(const std::string& actor_id);
  void WarmLikely();
  void WarmKeys(const OpenedActor& actor);
  void WarmOrder(const PrefetchOrder& order);
  void WarmFolder(const BucketFolder& folder);
  void Fetch(FetchRequest request);
  [[nodiscard]] bool IsStopping() const;

  FetchService& fetcher_;
  Store& store_;
  Downloader& downloader_;
  const S3Addressing& addressing_;
  const Clock& clock_;
  const WarmingPlan plan_;
  const std::shared_ptr<Tally<WarmingStats>> tally_;  // shared with the callbacks
  QuietFetches fetches_;

  mutable std::mutex mutex_;
  SyncPass* listing_ = nullptr;  // that runs; guarded by mutex_
  bool stopping_ = false;        // guarded by mutex_
  std::thread thread_;           // from Begin on
};

}  // namespace image_cache
