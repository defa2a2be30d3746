#include "native-server/services/prefetch/running_prefetches.h"

#include <map>
#include <mutex>
#include <utility>

namespace image_cache {

// Shared with the prefetches: they may end after the service is gone.
struct RunningPrefetches::List {
  struct Prefetch {
    std::shared_ptr<const PrefetchRun> run;  // null when it has ended
    RunningPrefetch progress;                // its counts: when it has ended
  };

  void End(std::uint64_t id) {
    const std::lock_guard lock(mutex);
    const auto ended = prefetches.find(id);
    if (!on_change) {
      prefetches.erase(ended);
      return;
    }
    ended->second.progress.counts = ended->second.run->Counts();
    ended->second.progress.done = true;
    ended->second.run.reset();
    on_change();
  }

  void ForgetEnded() {
    std::erase_if(prefetches, [](const auto& one) { return one.second.progress.done; });
  }

  mutable std::mutex mutex;  // held while on_change is called, so that Watch can end that for good
  std::map<std::uint64_t, Prefetch> prefetches;  // guarded by mutex, as all below
  std::function<void()> on_change;
  std::uint64_t last_id = 0;
  std::uint64_t unlisted = 0;
};

RunningPrefetches::RunningPrefetches() : list_(std::make_shared<List>()) {}

std::shared_ptr<void> RunningPrefetches::Add(std::shared_ptr<const PrefetchRun> run,
                                             std::string job_id) {
  struct Listing {
    std::shared_ptr<List> list;
    std::uint64_t id;
    ~Listing() { list->End(id); }
  };
  const std::lock_guard lock(list_->mutex);
  if (list_->prefetches.size() >= kMaxListed) {
    ++list_->unlisted;
    return nullptr;
  }
  const std::uint64_t id = ++list_->last_id;
  RunningPrefetch progress{
      .id = id, .actor_id = run->actor_id(), .job_id = std::move(job_id), .counts = {}};
  list_->prefetches.emplace(id,
                            List::Prefetch{.run = std::move(run), .progress = std::move(progress)});
  if (list_->on_change) list_->on_change();
  return std::shared_ptr<void>(new Listing{.list = list_, .id = id});
}

void RunningPrefetches::Watch(std::function<void()> on_change) {
  const std::lock_guard lock(list_->mutex);
  list_->on_change = std::move(on_change);
  if (!list_->on_change) list_->ForgetEnded();
}

std::vector<RunningPrefetch> RunningPrefetches::Read() {
  std::vector<RunningPrefetch> all;
  const std::lock_guard lock(list_->mutex);
  for (const auto& [id, prefetch] : list_->prefetches) {
    RunningPrefetch& progress = all.emplace_back(prefetch.progress);
    if (prefetch.run != nullptr) progress.counts = prefetch.run->Counts();
  }
  list_->ForgetEnded();
  return all;
}

bool RunningPrefetches::IsEmpty() const {
  const std::lock_guard lock(list_->mutex);
  return list_->prefetches.empty();
}

RunningPrefetchesStats RunningPrefetches::Stats() const {
  const std::lock_guard lock(list_->mutex);
  return {.listed = list_->prefetches.size(), .unlisted = list_->unlisted};
}

}  // namespace image_cache
