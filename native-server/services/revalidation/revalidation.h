// Asking the origins whether what is stored is still the newest, and downloading what is not: of
// one actor, or of all.
//
// Owned by main; thread-safe. Runs on threads of its own, a few at a time; further ones wait for
// their turn, up to a bound. Whoever asks for what runs or waits already joins it.
// What it is made of outlives it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "native-server/services/revalidation/revalidation_pass.h"

namespace image_cache {

enum class RevalidationError {
  kTooMany,  // as many wait as may; later there is room again
};

struct RevalidationStats {
  std::size_t running = 0, max_running = 0;
  std::size_t waiting = 0, max_waiting = 0;
};

class Revalidation {
 public:
  Revalidation(FetchService& fetcher, Store& store, Downloader& downloader,
               const S3Addressing& addressing);
  ~Revalidation();  // stops what runs; who waits is told what is known by then

  using Done = std::function<void(Result<RevalidationReport, RevalidationError>)>;
  // An empty id stands for all actors. `done` is called once, on any thread, possibly before Run
  // returns.
  void Run(const std::string& actor_id, Done done);
  [[nodiscard]] RevalidationStats Stats() const;

 private:
  struct Scope {
    std::string actor_id;
    RevalidationPass pass;
    std::vector<Done> waiting;
  };
  using ScopePtr = std::shared_ptr<Scope>;

  void Work();
  [[nodiscard]] ScopePtr Next();  // null when there is nothing left to do, ever
  [[nodiscard]] std::vector<Done> End(const ScopePtr& scope);

  FetchService& fetcher_;
  Store& store_;
  Downloader& downloader_;
  const S3Addressing& addressing_;

  mutable std::mutex mutex_;  // never held while anything outside is called
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<ScopePtr> queued_;
  std::vector<ScopePtr> running_;
  bool stopping_ = false;

  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace image_cache
