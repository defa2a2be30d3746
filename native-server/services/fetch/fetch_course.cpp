#include "native-server/services/fetch/fetch_course.h"

#include <utility>

#include "native-server/services/fetch/fetch_trace.h"

namespace image_cache {

std::optional<Entry> FetchCourse::FindStored(const std::string& key) const {
  auto entry = store.Find(key);
  if (!entry) return std::nullopt;
  const auto path = LocalPath::Parse(entry->local_path);
  if (!path) return std::nullopt;
  const auto image = store.OpenImage(*path);
  if (!image && image.error().code == StoreError::kNotFound) return std::nullopt;
  return entry;
}

std::optional<Entry> FetchCourse::FindReadable(const std::string& key) const {
  auto entry = store.Find(key);
  if (!entry) return std::nullopt;
  const auto path = LocalPath::Parse(entry->local_path);
  if (!path || !store.OpenImage(*path)) return std::nullopt;
  return entry;
}

void FetchCourse::Start(const FlightPtr& flight) {
  // Looked up after the flight is in the map: what was published before is seen here, what is
  // published later is this very flight. So no object is downloaded twice.
  const FetchRequest& request = flight->request;
  if (request.known_etag.empty()) {
    auto entry = flights.IsFollowed(*flight) ? FindReadable(flight->key) : FindStored(flight->key);
    if (entry) {
      Finish(flight, FetchedImage{.entry = std::move(*entry), .already_cached = true});
      return;
    }
  }
  const auto self = shared_from_this();
  auto sink = std::make_unique<FetchSink>(
      store, unstored, request.actor_id, clock,
      FetchSink::Events{
          .is_followed = [self, flight] { return self->flights.IsFollowed(*flight); },
          .room = [self, flight] { return self->flights.RoomFor(*flight); },
          .readable = [self, flight](const auto& picture) { self->OnReadable(flight, picture); },
          .done =
              [self, flight](Result<FetchedBytes, FetchError> fetched) {
                self->OnDownloaded(flight, std::move(fetched));
              }});
  const Urgency asked = request.urgency;
  const Downloader::Id id = downloader.Start({.url = request.s3_url,
                                              .urgency = asked,
                                              .if_none_match = request.known_etag,
                                              .actor_id = request.actor_id},
                                             std::move(sink));
  // Somebody more urgent may have joined, or all may have left, while there was no id to name.
  const Flights::Course course = flights.NoteStarted(*flight, id);
  if (!course.is_wanted) {
    downloader.Cancel(id);
  } else if (course.urgency < asked) {
    downloader.Promote(id, course.urgency);
  }
}

void FetchCourse::Begin(const Flights::Joined& joined, Urgency asked) {
  if (joined.is_new) Start(joined.flight);
  if (joined.to_promote) downloader.Promote(*joined.to_promote, asked);
}

void FetchCourse::OnReadable(const FlightPtr& flight, const FollowedPicture& picture) {
  for (const Opener& opener : flights.NoteReadable(*flight, picture)) {
    opener.opened(OpenedMiss{.picture = picture, .joined = opener.joined});
  }
}

void FetchCourse::OnDownloaded(const FlightPtr& flight, Result<FetchedBytes, FetchError> fetched) {
  if (!fetched && fetched.error().code == FetchError::kNotModified) {
    if (auto entry = FindStored(flight->key)) {
      Finish(flight, FetchedImage{.entry = std::move(*entry), .already_cached = true});
      return;
    }
    if (flights.DropCondition(*flight)) {
      Start(flight);
      return;
    }
    fetched = Fail(FetchError::kCancelled, "the picture was removed meanwhile");
  }
  if (!fetched) {
    Finish(flight, tl::make_unexpected(fetched.error()));
    return;
  }
  TellWatchers([&](const FetchWatchers& who) {
    if (who.times != nullptr) who.times->Note(flight->key, fetched->time);
  });
  if (!flights.NoteWhole(*flight)) {
    fetched->image.reset();
    Finish(flight, Fail(FetchError::kCancelled, "the picture was removed meanwhile"));
    return;
  }
  store.Publish(std::move(fetched->image),
                {.key = flight->key,
                 .actor_id = flight->request.actor_id,
                 .filename = flight->request.filename,
                 .etag = std::move(fetched->etag)},
                [self = shared_from_this(), flight](Result<Entry, StoreError> published) {
                  self->OnPublished(flight, std::move(published));
                });
}

void FetchCourse::OnPublished(const FlightPtr& flight, Result<Entry, StoreError> published) {
  if (!published) {
    Finish(flight, tl::make_unexpected(ToFetchError(published.error())));
    return;
  }
  if (!flights.IsForgotten(*flight)) {
    TellWatchers([&](const FetchWatchers& who) {
      if (who.stored) who.stored(*published);
    });
    Finish(flight, FetchedImage{.entry = std::move(*published)});
    return;
  }
  const Error<FetchError> cancelled{FetchError::kCancelled, "the picture was removed meanwhile"};
  // Forgotten between the last look and the commit: the removal may have gone before it. What a
  // newer download has put in its place stays.
  if (store.Find(flight->key) != *published) {
    Finish(flight, tl::make_unexpected(cancelled));
    return;
  }
  store.Remove(flight->key, [self = shared_from_this(), flight, cancelled](const auto&) {
    self->Finish(flight, tl::make_unexpected(cancelled));
  });
}

void FetchCourse::Finish(const FlightPtr& flight, const Result<FetchedImage, FetchError>& outcome) {
  const FetchRequest& request = flight->request;
  if (outcome) {
    failures.Forget(flight->key);
  } else if (!flights.IsForgotten(*flight)) {
    failures.Note(flight->key, request.s3_url, request.actor_id, outcome.error());
    TellWatchers([&](const FetchWatchers& who) {
      if (who.errors != nullptr) who.errors->Note(outcome.error(), flight->key);
    });
  }
  const Flights::Waiting told = flights.Finish(flight);
  TellWatchers([&](const FetchWatchers& who) {
    if (who.trace != nullptr) TraceMisses(*who.trace, *flight, told.followers);
  });
  for (const Waiter& waiter : told.waiting) waiter.done(outcome);
  for (const Opener& opener : told.opening) {
    if (outcome) {
      opener.opened(outcome->entry);
    } else {
      opener.opened(tl::make_unexpected(outcome.error()));
    }
  }
}

}  // namespace image_cache
