// One prefetch under way: its pictures, handed to the FetchService all at once, and what has become
// of them so far.
//
// Shared by whoever asked for it and by the callbacks of its downloads. Thread-safe but for Begin,
// which is called once. `fetcher` outlives it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "native-server/services/prefetch/prefetch_order.h"

namespace image_cache {

class PrefetchRun : public std::enable_shared_from_this<PrefetchRun> {
 public:
  // Judges every URL; asks nobody.
  [[nodiscard]] static std::shared_ptr<PrefetchRun> Create(FetchService& fetcher,
                                                           PrefetchOrder order);

  // `ended` is called once, when the last picture is cached or failed, on any thread (also before
  // Begin returns). Looks up every picture, so it may take long.
  void Begin(std::function<void()> ended);
  // What has not ended ends with kCancelled; downloads that nobody else wants are cancelled. Before
  // Begin: that will fetch nothing.
  void Cancel();

  [[nodiscard]] const std::string& actor_id() const { return actor_id_; }
  [[nodiscard]] PrefetchCounts Counts() const;
  // The pictures that were refused before any download: a bad URL or an origin that is not allowed.
  [[nodiscard]] std::vector<PrefetchItemReport> Refused() const;
  // REQUIRES: `ended` was called. May be moved from.
  [[nodiscard]] PrefetchReport& report() { return report_; }

 private:
  // The images of an order that are one object.
  struct Group {
    std::string key;
    std::string filename;
    std::vector<std::size_t> positions;  // in the order; never empty
  };
  using Outcome = Result<FetchedImage, FetchError>;

  PrefetchRun(FetchService& fetcher, PrefetchOrder order);
  void Fetch(Group group);
  void Await(FetchTicket ticket);
  void Settle(const std::vector<std::size_t>& positions, const Outcome& outcome);
  void Count(const Outcome& outcome, std::size_t images);
  void FinishOne();
  [[nodiscard]] bool IsCancelled() const {
    const std::lock_guard lock(mutex_);
    return cancelled_;
  }

  FetchService& fetcher_;
  // Not the report's, which is given away while others may still ask.
  const std::string actor_id_;
  const std::size_t requested_;
  const PrefetchPriority priority_;
  std::vector<Group> groups_;         // in the order of their first image; until Begin
  std::vector<std::size_t> refused_;  // positions
  std::function<void()> ended_;       // from Begin to the end
  // Each item is written by the one callback of its key; the last of them, which `unfinished_`
  // tells, gives the report away.
  PrefetchReport report_;
  std::atomic<std::size_t> unfinished_{0};
  std::atomic<std::size_t> cached_{0}, already_cached_{0}, failed_{0};
  std::atomic<std::uint64_t> bytes_{0};

  mutable std::mutex mutex_;          // never held while anything outside is called
  bool cancelled_ = false;            // guarded by mutex_
  std::vector<FetchTicket> tickets_;  // guarded by mutex_; of what has not been answered at once
};

}  // namespace image_cache
