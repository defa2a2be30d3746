#include "native-server/origin/download_queue.h"

namespace image_cache {

void DownloadQueue::Push(Urgency urgency, WaitingDownload download) {
  const Downloader::Id id = download.id;
  urgency_of_.emplace(id, urgency);
  waiting_.emplace(Place(urgency, id), std::move(download));
}

std::optional<WaitingDownload> DownloadQueue::Pop() {
  if (waiting_.empty()) return std::nullopt;
  return Remove(waiting_.begin()->first.second);
}

void DownloadQueue::Promote(Downloader::Id id, Urgency urgency) {
  const auto found = urgency_of_.find(id);
  if (found == urgency_of_.end() || urgency >= found->second) return;
  auto node = waiting_.extract(Place(found->second, id));
  node.key() = Place(urgency, id);
  waiting_.insert(std::move(node));
  found->second = urgency;
}

std::optional<WaitingDownload> DownloadQueue::Remove(Downloader::Id id) {
  const auto found = urgency_of_.find(id);
  if (found == urgency_of_.end()) return std::nullopt;
  auto node = waiting_.extract(Place(found->second, id));
  urgency_of_.erase(found);
  return std::move(node.mapped());
}

}  // namespace image_cache
