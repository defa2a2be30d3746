// Where callers hand downloads in and the downloader's loop takes them from: the schedule, what is
// to be cancelled, whose sink is to be told, and the counts.
//
// Owned by the downloader; thread-safe. It calls no sink and no origin, so it may be asked from
// anywhere.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <unordered_set>
#include <vector>

#include "native-server/origin/schedule/download_schedule.h"
#include "native-server/origin/transfer/transfer_pool.h"

namespace image_cache {

class DownloadDesk {
 public:
  using Id = Downloader::Id;
  using TimePoint = Download::TimePoint;

  explicit DownloadDesk(const DownloaderOptions& options);

  // --- for callers ---
  // `target`: where the order leads, or why it may not go there.
  Id Add(Result<OriginUrl, OriginError> target, DownloadOrder order,
         std::unique_ptr<DownloadSink> sink, TimePoint now);
  void Promote(Id id, Urgency urgency, TimePoint now);
  void Cancel(Id id);
  // Whatever is added from now on is cancelled.
  void Close();
  [[nodiscard]] DownloaderStats Stats(TimePoint now) const;
  [[nodiscard]] DownloadList List(std::size_t max, TimePoint now) const;

  // --- for the loop ---
  // A sink that is to be told of its end.
  struct Ended {
    std::unique_ptr<DownloadSink> sink;
    Result<void, OriginError> result;
  };
  struct Next {
    std::unique_ptr<Download> download;
    std::chrono::milliseconds time_left{};
    bool shares_connection = false;
  };

  [[nodiscard]] bool IsClosed() const;
  // Those that ended without running. Their number is bounded by what callers add between two turns
  // of the loop.
  [[nodiscard]] std::vector<Ended> TakeEnded();
  // Those that run and are not wanted any more.
  [[nodiscard]] std::unordered_set<Id> TakeCancelled();
  // The next that may run, which counts as running from now on.
  [[nodiscard]] std::optional<Next> TakeNext(TimePoint now);
  // An attempt has ended: that was the end, or the download has been laid aside for another.
  [[nodiscard]] std::optional<Ended> Finish(EndedTransfer ended, TimePoint now);
  void CancelWaiting();
  // When there will be something to take without anybody's doing.
  [[nodiscard]] std::optional<TimePoint> NextDue() const;

 private:
  // With the lock held.
  void Drop(std::unique_ptr<Download> download);
  void Learn(const EndedTransfer& ended, TimePoint now);
  [[nodiscard]] bool ComesAgain(EndedTransfer& ended, TimePoint now);
  [[nodiscard]] std::chrono::milliseconds TimeLeft(const Download& download, TimePoint now) const;

  const DownloaderOptions& options_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  DownloadSchedule schedule_;
  std::vector<Ended> ended_;
  std::unordered_set<Id> to_cancel_;
  DownloaderStats stats_;
  std::minstd_rand random_{std::random_device{}()};
  Id last_id_ = 0;
  bool closed_ = false;
};

}  // namespace image_cache
