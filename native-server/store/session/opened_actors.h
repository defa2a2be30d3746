// Which actors were opened last, and which pictures they had, kept over restarts: what a server may
// warm when it starts.
//
// Owned by the DiskStore; thread-safe. Its lock is held for a few comparisons; the index's is taken
// for Text only. Bounded in actors and in bytes.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/store/index/image_index.h"
#include "native-server/store/store.h"

namespace image_cache {

// The note in the index that it is kept under.
inline constexpr const char* kOpenedActorsNote = "opened-actors";

class OpenedActors {
 public:
  static constexpr std::size_t kMaxActors = 32;
  static constexpr std::size_t kMaxPictures = 1000;  // of one actor
  // Of the text. An actor whose keys do not fit goes without them.
  static constexpr std::size_t kMaxBytes = 64 * 1024;

  // `saved` is a Text of the last run, or empty; what cannot be read in it is as if it were not
  // there. Openings are recorded only when `records`.
  OpenedActors(const SharedIndex& index, std::string_view saved, bool records);

  // Somebody opened this one.
  void Note(std::string_view actor_id);
  // It was cleared, so it is not to come back by itself. True when it was known. An empty id stands
  // for all.
  [[nodiscard]] bool Forget(std::string_view actor_id);
  // What is to be kept. An actor has the pictures that are cached of it now, or, when there are
  // none any more, those that it had when this was asked last.
  [[nodiscard]] std::string Text();
  // Those of the last run, the newest first.
  [[nodiscard]] std::vector<OpenedActor> OfLastRun() const;

 private:
  const SharedIndex& index_;
  const bool records_;
  std::vector<OpenedActor> of_last_run_;
  mutable std::mutex mutex_;
  std::deque<OpenedActor> actors_;  // the newest first; guarded by mutex_
};

}  // namespace image_cache
