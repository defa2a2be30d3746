#include "native-server/origin/schedule/download_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using TimePoint = DownloadSchedule::TimePoint;

ListedDownload Describe(const Download& download) {
  return {.url = download.target.url,
          .host = download.target.host,
          .actor_id = download.actor_id,
          .urgency = download.urgency};
}

std::string WhenAgain(const DownloadSchedule::WaitingRetry& retry, TimePoint now) {
  const auto left = std::max(duration_cast<milliseconds>(retry.due - now), milliseconds(0));
  return fmt::format("tried again in {:.1f} s: {}", static_cast<double>(left.count()) / 1000,
                     retry.download->last_failure);
}

// Of one that waits for its turn. `ahead`: how many that are more urgent wait too.
std::string WhyNotNow(const DownloadSchedule& schedule, const Download& download,
                      std::size_t ahead) {
  const DownloadSlots& slots = schedule.slots();
  const std::string behind = ahead == 0 ? ""
                                        : fmt::format(", and {} more urgent {} before it", ahead,
                                                      ahead == 1 ? "comes" : "come");
  if (!slots.HasRoom(download.urgency)) return "as many run as may at once" + behind;
  if (!slots.HasRoomAt(download.target.origin, download.urgency)) {
    return fmt::format("{} is given no more at once{}", download.target.host, behind);
  }
  return ahead == 0 ? "it is next" : fmt::format("{} more urgent before it", ahead);
}

}  // namespace

DownloadList ListDownloads(const DownloadSchedule& schedule, std::size_t max, TimePoint now) {
  DownloadList list;
  list.running_total = schedule.Running();
  for (const auto& [id, runner] : schedule.FirstRunning(max)) {
    const DownloadProgress& progress = *runner->progress;
    const std::uint64_t total = progress.total_bytes.load(std::memory_order_relaxed);
    list.running.push_back({.download = {.url = runner->target.url,
                                         .host = runner->target.host,
                                         .actor_id = runner->actor_id,
                                         .urgency = runner->urgency},
                            .bytes = progress.bytes.load(std::memory_order_relaxed),
                            .total_bytes = total == 0 ? std::nullopt : std::optional(total),
                            .since_start = duration_cast<milliseconds>(now - runner->began)});
  }

  list.waiting_total = schedule.Waiting() + schedule.WaitingForRetry();
  for (const auto& retry : schedule.FirstRetries(max / 2)) {
    list.waiting.push_back(
        {.download = Describe(*retry.download), .reason = WhenAgain(retry, now)});
  }
  const std::vector<const Download*> queued = schedule.FirstQueued(max - list.waiting.size());
  std::size_t more_urgent = 0;  // how many of those before are of a higher urgency
  for (std::size_t i = 0; i < queued.size(); ++i) {
    const Download& download = *queued[i];
    if (i > 0 && queued[i - 1]->urgency != download.urgency) more_urgent = i;
    list.waiting.push_back(
        {.download = Describe(download), .reason = WhyNotNow(schedule, download, more_urgent)});
  }
  return list;
}

std::string_view NameOf(Urgency urgency) {
  switch (urgency) {
    case Urgency::kDemand:
      return "demand";
    case Urgency::kHigh:
      return "high";
    case Urgency::kNormal:
      return "normal";
    case Urgency::kLow:
      return "low";
  }
  return "low";
}

}  // namespace image_cache
