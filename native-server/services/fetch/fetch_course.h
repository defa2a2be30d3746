// The course of a picture that is fetched: looked up once more, downloaded, published, and
// everybody told.
//
// What the FetchService consists of; shared with the sinks and callbacks that are under way, which
// may end after the service is gone.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/fetch/fetch_sink.h"
#include "native-server/services/fetch/in_flight.h"

namespace image_cache {

// Of the pictures together that are passed on while there is no room to store them.
inline constexpr std::uint64_t kMaxUnstoredBytes = 64 << 20;

struct FetchCourse : std::enable_shared_from_this<FetchCourse> {
  FetchCourse(Store& the_store, Downloader& the_downloader, const OriginPolicy& the_policy,
              S3Addressing the_addressing, const Clock& the_clock,
              const FetchWatchers& the_watchers)
      : store(the_store),
        downloader(the_downloader),
        policy(the_policy),
        addressing(std::move(the_addressing)),
        clock(the_clock),
        failures(the_clock),
        watchers(the_watchers) {}

  // The entry, if its file is really there: the folder may have been removed under the server, and
  // asking anew is how it comes back.
  [[nodiscard]] std::optional<Entry> FindStored(const std::string& key) const;
  // The entry, if its file can be read now: for who wants the bytes, wherever they come from.
  [[nodiscard]] std::optional<Entry> FindReadable(const std::string& key) const;
  void Begin(const Flights::Joined& joined, Urgency asked);

  void Start(const FlightPtr& flight);
  void OnReadable(const FlightPtr& flight, const FollowedPicture& picture);
  void OnDownloaded(const FlightPtr& flight, Result<FetchedBytes, FetchError> fetched);
  void OnPublished(const FlightPtr& flight, Result<Entry, StoreError> published);
  // Tells all who still wait. Called once a flight.
  void Finish(const FlightPtr& flight, const Result<FetchedImage, FetchError>& outcome);
  template <typename Tell>
  void TellWatchers(Tell tell) {
    const std::lock_guard lock(watching);
    tell(watchers);
  }

  Store& store;
  Downloader& downloader;
  const OriginPolicy& policy;
  const S3Addressing addressing;
  const Clock& clock;
  FailureMemory failures;
  Flights flights;
  const std::shared_ptr<UnstoredSpace> unstored =
      std::make_shared<UnstoredSpace>(kMaxUnstoredBytes);
  // What ends after the service has gone tells nobody.
  std::mutex watching;
  FetchWatchers watchers;  // guarded by watching; while the service lives nobody changes it
};

}  // namespace image_cache
