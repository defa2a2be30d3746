// The downloads that wait for a free place: the most urgent first, within one urgency the oldest.
//
// Owned by the downloader, which locks; not thread-safe. Every operation is O(log n).
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "native-server/origin/downloader.h"
#include "native-server/origin/origin_url.h"

namespace image_cache {

struct WaitingDownload {
  Downloader::Id id = 0;
  OriginUrl target;
  std::string if_none_match = {};  // as in DownloadOrder
  std::unique_ptr<DownloadSink> sink;
};

class DownloadQueue {
 public:
  // REQUIRES: ids grow with every call; that is what "oldest" means.
  void Push(Urgency urgency, WaitingDownload download);
  [[nodiscard]] std::optional<WaitingDownload> Pop();
  // Keeps its age. Ignores an unknown id and an urgency that is not higher.
  void Promote(Downloader::Id id, Urgency urgency);
  [[nodiscard]] std::optional<WaitingDownload> Remove(Downloader::Id id);
  [[nodiscard]] std::size_t Size() const { return waiting_.size(); }

 private:
  using Place = std::pair<Urgency, Downloader::Id>;

  std::map<Place, WaitingDownload> waiting_;
  std::unordered_map<Downloader::Id, Urgency> urgency_of_;
};

}  // namespace image_cache
