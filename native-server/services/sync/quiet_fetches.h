// Fetches that nobody waits for: of the lowest urgency, a bounded number at once, and, unless it is
// said otherwise, only into room that is nobody's. So they neither hold up nor push out what people
// look at.
//
// Used by one thread, but for Stop. `fetcher` outlives it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "native-server/services/fetch/fetch_service.h"

namespace image_cache {

class QuietFetches {
 public:
  // More than the downloader runs, so that it never waits for the next one.
  static constexpr std::size_t kMaxAtOnce = 64;

  explicit QuietFetches(FetchService& fetcher, Room room = Room::kAsItIs);
  ~QuietFetches();  // REQUIRES: Finish was called

  // Begins, or waits for a place first. False, and `done` is not called, once there is no room or
  // it was stopped. Else `done` is called once, on any thread; before Finish returns.
  [[nodiscard]] bool Add(FetchRequest request, FetchCallback done);
  // Waits until all have ended.
  void Finish();
  // From any thread: what runs is given up, and nothing more begins.
  void Stop();

  // A picture did not fit. Later there may be room again: for the next ones to try.
  [[nodiscard]] bool IsFull() const;

 private:
  struct Running;  // shared with the callbacks

  FetchService& fetcher_;
  const Room room_;
  const std::shared_ptr<Running> running_;
};

}  // namespace image_cache
