#include "native-server/origin/downloader.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "native-server/base/clock.h"
#include "native-server/origin/access/origin_url.h"
#include "native-server/origin/schedule/download_desk.h"
#include "native-server/origin/transfer/transfer_pool.h"

namespace image_cache {
namespace {

using std::chrono::milliseconds;

// How long the loop may sleep when nothing has a time: it is woken for everything else.
constexpr milliseconds kIdleSleep{60'000};

void Tell(DownloadDesk::Ended ended) noexcept {
  try {
    ended.sink->OnDone(std::move(ended.result));
  } catch (const std::exception& error) {
    spdlog::error("A download's receiver failed at its end: {}", error.what());
  }
}

// Callers leave their wishes at the desk and wake the loop; the loop alone touches libcurl and the
// sinks.
class CurlDownloader final : public Downloader {
 public:
  CurlDownloader(DownloaderOptions options, S3Addressing addressing, const OriginPolicy& policy,
                 CredentialsProvider& credentials)
      : options_(std::move(options)),
        addressing_(std::move(addressing)),
        policy_(policy),
        credentials_(credentials),
        desk_(options_),
        transfers_(options_, addressing_, policy_, credentials_) {
    thread_ = std::thread([this] { RunOrTerminate(); });
  }

  ~CurlDownloader() override {
    desk_.Close();
    transfers_.Wake();
    thread_.join();
  }

  Id Start(DownloadOrder order, std::unique_ptr<DownloadSink> sink) override {
    const auto resolve = order.of_bucket ? &ResolveBucketUrl : &ResolveOriginUrl;
    auto target = resolve(order.url, addressing_, credentials_.Region(), policy_);
    const Id id = desk_.Add(std::move(target), std::move(order), std::move(sink), Now());
    transfers_.Wake();
    return id;
  }

  void Promote(Id id, Urgency urgency) override {
    desk_.Promote(id, urgency, Now());
    transfers_.Wake();  // there may be a place for it, or for another
  }

  void Cancel(Id id) override {
    desk_.Cancel(id);
    transfers_.Wake();
  }

  DownloaderStats Stats() const override { return desk_.Stats(Now()); }
  DownloadList List(std::size_t max) const override { return desk_.List(max, Now()); }

 private:
  static Download::TimePoint Now() { return SystemClock().Monotonic(); }

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
      for (const Id id : desk_.TakeCancelled()) {
        if (auto aborted = transfers_.Abort(id)) Finish(*std::move(aborted));
      }
      if (desk_.IsClosed()) break;
      while (auto next = desk_.TakeNext(Now())) {
        transfers_.Begin(std::move(next->download), next->time_left, next->shares_connection);
      }
      // Whoever was told of an end, or whose place is free now, may have work: that goes first.
      const bool moved = transfers_.PerformNext();
      if (FinishEnded() || moved) continue;
      transfers_.Sleep(TimeToSleep());
    }
    CancelAll();
  }

  // Returns whether there were any.
  bool TellEnded() {
    auto ended = desk_.TakeEnded();
    for (DownloadDesk::Ended& one : ended) Tell(std::move(one));
    return !ended.empty();
  }

  // Returns whether any attempt ended.
  bool FinishEnded() {
    bool any = false;
    while (auto ended = transfers_.TakeEnded()) {
      any = true;
      Finish(*std::move(ended));
    }
    return any;
  }

  void Finish(EndedTransfer attempt) {
    if (auto ended = desk_.Finish(std::move(attempt), Now())) Tell(*std::move(ended));
  }

  milliseconds TimeToSleep() const {
    const auto due = desk_.NextDue();
    if (!due) return kIdleSleep;
    return std::clamp(std::chrono::ceil<milliseconds>(*due - Now()), milliseconds(0), kIdleSleep);
  }

  void CancelAll() {
    while (auto aborted = transfers_.AbortAny()) Finish(*std::move(aborted));
    desk_.CancelWaiting();
    while (TellEnded()) {  // a sink that is told may have started another
    }
  }

  const DownloaderOptions options_;
  const S3Addressing addressing_;
  const OriginPolicy& policy_;
  CredentialsProvider& credentials_;
  DownloadDesk desk_;
  TransferPool transfers_;  // the loop's own, but for its Wake
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Downloader> Downloader::Create(DownloaderOptions options, S3Addressing addressing,
                                               const OriginPolicy& policy,
                                               CredentialsProvider& credentials) {
  return std::make_unique<CurlDownloader>(std::move(options), std::move(addressing), policy,
                                          credentials);
}

}  // namespace image_cache
