// The downloads that wait for a free place: the most urgent first, within one urgency the oldest.
//
// Each host has a line of its own, so that one which may not have more at once holds up nobody
// else. Owned by DownloadSchedule; not thread-safe. Every operation is O(log n); Pop also passes
// over the lines it may not take from.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native-server/origin/schedule/download.h"

namespace image_cache {

class DownloadQueue {
 public:
  using Id = Downloader::Id;
  enum class Verdict { kTake, kPassOver, kStop };
  // Of the first download of a line: may it begin now? kStop: nor may any after it.
  using Judge = std::function<Verdict(const Download& download)>;

  // Ids say which is older.
  void Push(std::unique_ptr<Download> download);
  // Null when none may begin.
  [[nodiscard]] std::unique_ptr<Download> Pop(const Judge& judge);
  // Keeps its age. Ignores an unknown id and an urgency that is not higher.
  void Promote(Id id, Urgency urgency);
  // Null when it is not here.
  [[nodiscard]] std::unique_ptr<Download> Remove(Id id);
  // The next ones, as they would be taken if every host had room; at most `max`. Valid until the
  // next change.
  [[nodiscard]] std::vector<const Download*> First(std::size_t max) const;
  [[nodiscard]] std::size_t Size() const { return waiting_.size(); }
  // When the oldest was ordered: O(lines). What comes back from an attempt is not among them.
  [[nodiscard]] std::optional<Download::TimePoint> Oldest() const;

 private:
  using Place = std::pair<Urgency, Id>;
  using Line = std::map<Place, std::unique_ptr<Download>>;
  using Lines = std::unordered_map<std::string, Line>;

  void Insert(std::unique_ptr<Download> download);
  std::unique_ptr<Download> Extract(const Download& download);

  Lines lines_;                    // by host; none is empty
  std::map<Place, Line*> fronts_;  // the first of each line; a line stays where it is
  std::unordered_map<Id, const Download*> waiting_;
};

}  // namespace image_cache
