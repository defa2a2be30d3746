#include "native-server/origin/downloader.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/origin/curl_handles.h"
#include "native-server/origin/download_queue.h"
#include "native-server/origin/origin_url.h"
#include "native-server/origin/request_signing.h"
#include "native-server/origin/transfer.h"

namespace image_cache {
namespace {

using Outcome = Result<void, OriginError>;

// How long the loop may sleep when libcurl has no timer: it is woken for everything else.
constexpr int kIdlePollMs = 60'000;

void Tell(DownloadSink& sink, Outcome outcome) noexcept {
  try {
    sink.OnDone(std::move(outcome));
  } catch (const std::exception& error) {
    spdlog::error("A download's receiver failed at its end: {}", error.what());
  }
}

// Callers put work into what `mutex_` guards and wake the loop; the loop alone touches libcurl and
// the sinks, and never with the lock held.
class CurlDownloader final : public Downloader {
 public:
  CurlDownloader(DownloaderOptions options, S3Addressing addressing, const OriginPolicy& policy,
                 CredentialsProvider& credentials)
      : options_(options),
        addressing_(std::move(addressing)),
        policy_(policy),
        credentials_(credentials),
        multi_(curl_multi_init()) {
    if (multi_ == nullptr) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(MaxParallel()));
    thread_ = std::thread([this] { RunOrTerminate(); });
  }

  ~CurlDownloader() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    Wake();
    thread_.join();
  }

  Id Start(DownloadOrder order, std::unique_ptr<DownloadSink> sink) override {
    const auto resolve = order.of_bucket ? &ResolveBucketUrl : &ResolveOriginUrl;
    auto target = resolve(order.url, addressing_, credentials_.Region(), policy_);
    Id id = 0;
    {
      const std::lock_guard lock(mutex_);
      id = ++last_id_;
      if (!target) {
        ended_.push_back({std::move(sink), std::move(target).error()});
      } else if (stopping_) {
        ended_.push_back({std::move(sink), Cancelled()});
      } else if (waiting_.Size() >= options_.max_waiting) {
        ended_.push_back({std::move(sink),
                          {OriginError::kUnavailable, "too many downloads are waiting already"}});
      } else {
        waiting_.Push(order.urgency, {.id = id,
                                      .target = *std::move(target),
                                      .if_none_match = std::move(order.if_none_match),
                                      .sink = std::move(sink)});
      }
    }
    Wake();
    return id;
  }

  void Promote(Id id, Urgency urgency) override {
    const std::lock_guard lock(mutex_);
    waiting_.Promote(id, urgency);
  }

  void Cancel(Id id) override {
    {
      const std::lock_guard lock(mutex_);
      if (auto waiting = waiting_.Remove(id)) {
        ended_.push_back({std::move(waiting->sink), Cancelled()});
      } else if (running_ids_.contains(id)) {
        to_cancel_.insert(id);
      } else {
        return;
      }
    }
    Wake();
  }

  DownloaderStats Stats() const override {
    const std::lock_guard lock(mutex_);
    DownloaderStats stats = stats_;
    stats.running = running_ids_.size();
    stats.waiting = waiting_.Size();
    return stats;
  }

 private:
  // A download that ended without running, whose sink waits to be told on the loop's thread. Their
  // number is bounded by what callers add between two turns of the loop.
  struct Ended {
    std::unique_ptr<DownloadSink> sink;
    Error<OriginError> error;
  };

  static Error<OriginError> Cancelled() {
    return {OriginError::kCancelled, "the download was cancelled"};
  }

  std::size_t MaxParallel() const {
    return static_cast<std::size_t>(std::max(options_.max_parallel, 1));
  }

  void Wake() { curl_multi_wakeup(multi_.get()); }

  // The loop's thread
  // ------------------------------------------------------------------------------

  // Without this thread every fetch would wait for ever: better that the process is started anew.
  void RunOrTerminate() noexcept {
    try {
      Run();
    } catch (const std::exception& error) {
      spdlog::critical("The downloader cannot go on: {}", error.what());
      std::terminate();
    }
  }

  void Run() {
    for (;;) {
      TellEnded();
      CancelAsked();
      if (IsStopping()) break;
      while (StartNext()) {
      }
      int still_running = 0;
      curl_multi_perform(multi_.get(), &still_running);
      // Whoever was told of an end, or whose place is free now, may have work: no sleep before
      // that.
      if (FinishDone()) continue;
      curl_multi_poll(multi_.get(), nullptr, 0, kIdlePollMs, nullptr);
    }
    CancelAll();
  }

  bool IsStopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  // Returns whether there were any.
  bool TellEnded() {
    std::vector<Ended> ended;
    {
      const std::lock_guard lock(mutex_);
      ended.swap(ended_);
    }
    for (Ended& one : ended) Tell(*one.sink, tl::make_unexpected(std::move(one.error)));
    return !ended.empty();
  }

  void CancelAsked() {
    std::unordered_set<Id> ids;
    {
      const std::lock_guard lock(mutex_);
      ids.swap(to_cancel_);
    }
    for (const Id id : ids) Finish(id, tl::make_unexpected(Cancelled()));
  }

  void CancelAll() {
    while (!running_.empty()) {
      Finish(running_.begin()->first, tl::make_unexpected(Cancelled()));
    }
    {
      const std::lock_guard lock(mutex_);
      while (auto waiting = waiting_.Pop()) {
        ended_.push_back({std::move(waiting->sink), Cancelled()});
      }
    }
    while (TellEnded()) {  // a sink that is told may have started another
    }
  }

  // Returns false when nothing waits or every place is taken.
  bool StartNext() {
    std::optional<WaitingDownload> next;
    {
      const std::lock_guard lock(mutex_);
      if (running_ids_.size() >= MaxParallel()) return false;
      next = waiting_.Pop();
      if (!next) return false;
      running_ids_.insert(next->id);
      ++stats_.started;
    }
    // Signed now and not when it was asked for: a signature is valid for 15 minutes only.
    auto headers =
        SigningHeaders(next->target.url, addressing_, credentials_, SystemClock().NowMs());
    if (!next->if_none_match.empty()) headers.push_back("If-None-Match: " + next->if_none_match);
    auto transfer = std::make_unique<Transfer>(TakeIdleHandle(), std::move(next->target), headers,
                                               std::move(next->sink), options_, policy_);
    CURL* const handle = transfer->Handle();
    running_.emplace(next->id, std::move(transfer));
    id_of_.emplace(handle, next->id);
    if (curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) {
      Finish(next->id, Fail(OriginError::kUnavailable, "this machine is out of memory"));
    }
    return true;
  }

  CurlEasy TakeIdleHandle() {
    if (idle_.empty()) return CurlEasy(curl_easy_init());
    CurlEasy handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
  }

  // Returns whether any download ended.
  bool FinishDone() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;  // the message is gone after the next call
      const Id id = id_of_.at(message->easy_handle);
      any = true;
      if (running_.at(id)->RunAgainIfSpoilt(multi_.get(), code)) continue;
      Finish(id, running_.at(id)->Outcome(code));
    }
    return any;
  }

  void Finish(Id id, Outcome outcome) {
    const auto found = running_.find(id);
    if (found == running_.end()) return;
    const std::unique_ptr<Transfer> transfer = std::move(found->second);
    running_.erase(found);
    CURL* const handle = transfer->Handle();
    curl_off_t total_us = 0;
    curl_easy_getinfo(handle, CURLINFO_TOTAL_TIME_T, &total_us);
    curl_multi_remove_handle(multi_.get(), handle);
    id_of_.erase(handle);
    const std::unique_ptr<DownloadSink> sink = transfer->TakeSink();
    const bool succeeded = outcome || outcome.error().code == OriginError::kNotModified;
    // A failed one may keep its receive buffer (libcurl 7.88), and cannot be configured then.
    if (succeeded) idle_.push_back(transfer->TakeHandle());
    {
      const std::lock_guard lock(mutex_);
      running_ids_.erase(id);
      to_cancel_.erase(id);
      ++(succeeded ? stats_.succeeded : stats_.failed);
      stats_.bytes += transfer->BodyBytes();
      if (succeeded) stats_.total_ms += static_cast<std::uint64_t>(total_us / 1000);
    }
    Tell(*sink, std::move(outcome));
  }

  const DownloaderOptions options_;
  const S3Addressing addressing_;
  const OriginPolicy& policy_;
  CredentialsProvider& credentials_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  DownloadQueue waiting_;
  std::vector<Ended> ended_;
  std::unordered_set<Id> running_ids_;
  std::unordered_set<Id> to_cancel_;  // a subset of running_ids_
  DownloaderStats stats_;
  Id last_id_ = 0;
  bool stopping_ = false;

  // The loop's own. The multi handle goes last: easy handles must have left it before.
  CurlMulti multi_;
  std::vector<CurlEasy> idle_;  // kept for reuse; never more than ran at once
  std::unordered_map<Id, std::unique_ptr<Transfer>> running_;
  std::unordered_map<CURL*, Id> id_of_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Downloader> Downloader::Create(DownloaderOptions options, S3Addressing addressing,
                                               const OriginPolicy& policy,
                                               CredentialsProvider& credentials) {
  return std::make_unique<CurlDownloader>(options, std::move(addressing), policy, credentials);
}

}  // namespace image_cache
