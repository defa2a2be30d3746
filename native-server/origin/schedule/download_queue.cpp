#include "native-server/origin/schedule/download_queue.h"

namespace image_cache {

void DownloadQueue::Push(std::unique_ptr<Download> download) { Insert(std::move(download)); }

std::unique_ptr<Download> DownloadQueue::Pop(const Judge& judge) {
  for (const auto& [place, line] : fronts_) {
    const Download& first = *line->begin()->second;
    const Verdict verdict = judge(first);
    if (verdict == Verdict::kTake) return Extract(first);
    if (verdict == Verdict::kStop) break;
  }
  return nullptr;
}

void DownloadQueue::Promote(Id id, Urgency urgency) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end() || urgency >= found->second->urgency) return;
  std::unique_ptr<Download> download = Extract(*found->second);
  download->urgency = urgency;
  Insert(std::move(download));
}

std::unique_ptr<Download> DownloadQueue::Remove(Id id) {
  const auto found = waiting_.find(id);
  return found == waiting_.end() ? nullptr : Extract(*found->second);
}

std::optional<Download::TimePoint> DownloadQueue::Oldest() const {
  std::optional<Download::TimePoint> oldest;
  for (const auto& [host, line] : lines_) {
    // Within an urgency the oldest is first.
    for (const Urgency urgency :
         {Urgency::kDemand, Urgency::kHigh, Urgency::kNormal, Urgency::kLow}) {
      const auto first = line.lower_bound(Place(urgency, 0));
      if (first == line.end() || first->first.first != urgency) continue;
      const Download& download = *first->second;
      if (download.attempts_spent > 0) continue;
      if (!oldest || download.ordered < *oldest) oldest = download.ordered;
    }
  }
  return oldest;
}

std::vector<const Download*> DownloadQueue::First(std::size_t max) const {
  // The lines' fronts; each that is taken gives its place to the one behind it.
  std::map<Place, std::pair<Line::const_iterator, const Line*>> fronts;
  for (const auto& [place, line] : fronts_) {
    if (fronts.size() == max) break;  // the fronts are in order: later ones do not come up
    fronts.emplace(place, std::pair(line->begin(), line));
  }
  std::vector<const Download*> first;
  while (first.size() < max && !fronts.empty()) {
    auto [position, line] = fronts.begin()->second;
    fronts.erase(fronts.begin());
    first.push_back(position->second.get());
    if (++position != line->end()) fronts.emplace(position->first, std::pair(position, line));
  }
  return first;
}

void DownloadQueue::Insert(std::unique_ptr<Download> download) {
  const Place place(download->urgency, download->id);
  Line& line = lines_[download->target.origin];
  if (!line.empty()) fronts_.erase(line.begin()->first);
  waiting_.emplace(download->id, download.get());
  line.emplace(place, std::move(download));
  fronts_.emplace(line.begin()->first, &line);
}

std::unique_ptr<Download> DownloadQueue::Extract(const Download& download) {
  const auto found = lines_.find(download.target.origin);
  Line& line = found->second;
  waiting_.erase(download.id);
  fronts_.erase(line.begin()->first);
  auto node = line.extract(Place(download.urgency, download.id));
  if (line.empty()) {
    lines_.erase(found);
  } else {
    fronts_.emplace(line.begin()->first, &line);
  }
  return std::move(node.mapped());
}

}  // namespace image_cache
