#include "native-server/services/revalidation/revalidation.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace image_cache {
namespace {

// Two, so that one actor need not wait for the whole cache.
constexpr std::size_t kMaxRunning = 2;
constexpr std::size_t kMaxWaiting = 64;

}  // namespace

Revalidation::Revalidation(FetchService& fetcher, Store& store, Downloader& downloader,
                           const S3Addressing& addressing)
    : fetcher_(fetcher), store_(store), downloader_(downloader), addressing_(addressing) {
  for (std::size_t i = 0; i < kMaxRunning; ++i) threads_.emplace_back([this] { Work(); });
}

Revalidation::~Revalidation() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const ScopePtr& scope : queued_) scope->pass.Stop();
    for (const ScopePtr& scope : running_) scope->pass.Stop();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Revalidation::Run(const std::string& actor_id, Done done) {
  {
    const std::lock_guard lock(mutex_);
    const auto same = [&actor_id](const ScopePtr& scope) { return scope->actor_id == actor_id; };
    auto found = std::find_if(running_.begin(), running_.end(), same);
    if (found != running_.end()) {
      (*found)->waiting.push_back(std::move(done));
      return;
    }
    const auto queued = std::find_if(queued_.begin(), queued_.end(), same);
    if (queued != queued_.end()) {
      (*queued)->waiting.push_back(std::move(done));
      return;
    }
    if (queued_.size() < kMaxWaiting && !stopping_) {
      queued_.push_back(std::make_shared<Scope>(
          Scope{.actor_id = actor_id,
                .pass = RevalidationPass(fetcher_, store_, downloader_, addressing_),
                .waiting = {}}));
      queued_.back()->waiting.push_back(std::move(done));
      done = nullptr;
    }
  }
  if (done) {
    done(Fail(RevalidationError::kTooMany, "as many revalidations wait as may"));
  } else {
    changed_.notify_one();
  }
}

void Revalidation::Work() {
  while (const ScopePtr scope = Next()) {
    RevalidationReport report;
    try {
      report = scope->pass.Run(scope->actor_id);
    } catch (const std::exception& error) {
      spdlog::error("A revalidation failed: {}", error.what());
    }
    for (const Done& done : End(scope)) done(report);
  }
}

Revalidation::ScopePtr Revalidation::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !queued_.empty(); });
  // At the end those that wait are run, too: they are stopped, and their callers are told.
  if (queued_.empty()) return nullptr;
  ScopePtr next = std::move(queued_.front());
  queued_.pop_front();
  running_.push_back(next);
  return next;
}

std::vector<Revalidation::Done> Revalidation::End(const ScopePtr& scope) {
  const std::lock_guard lock(mutex_);
  std::erase(running_, scope);
  return std::move(scope->waiting);
}

RevalidationStats Revalidation::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.running = running_.size(),
          .max_running = kMaxRunning,
          .waiting = queued_.size(),
          .max_waiting = kMaxWaiting};
}

}  // namespace image_cache
