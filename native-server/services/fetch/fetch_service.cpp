#include "native-server/services/fetch/fetch_service.h"

#include <mutex>
#include <optional>
#include <utility>

#include "native-server/services/fetch/fetch_sink.h"
#include "native-server/services/fetch/fetch_trace.h"
#include "native-server/services/fetch/in_flight.h"

namespace image_cache {
namespace {

// Of the pictures together that are passed on while there is no room to store them.
constexpr std::uint64_t kMaxUnstoredBytes = 64 << 20;

}  // namespace

// Shared with the sinks and callbacks that are under way: they may end after the service is gone.
struct FetchService::Impl : std::enable_shared_from_this<FetchService::Impl> {
  Impl(Store& the_store, Downloader& the_downloader, const OriginPolicy& the_policy,
       S3Addressing the_addressing, const Clock& the_clock, const FetchWatchers& the_watchers)
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

  Store& store;
  Downloader& downloader;
  const OriginPolicy& policy;
  const S3Addressing addressing;
  const Clock& clock;
  FailureMemory failures;
  // What ends after the service has gone tells nobody.
  std::mutex watching;
  FetchWatchers watchers;  // guarded by watching; while the service lives nobody changes it
  template <typename Tell>
  void TellWatchers(Tell tell) {
    const std::lock_guard lock(watching);
    tell(watchers);
  }
  Flights flights;
  const std::shared_ptr<UnstoredSpace> unstored =
      std::make_shared<UnstoredSpace>(kMaxUnstoredBytes);
};

std::optional<Entry> FetchService::Impl::FindStored(const std::string& key) const {
  auto entry = store.Find(key);
  if (!entry) return std::nullopt;
  const auto path = LocalPath::Parse(entry->local_path);
  if (!path) return std::nullopt;
  const auto image = store.OpenImage(*path);
  if (!image && image.error().code == StoreError::kNotFound) return std::nullopt;
  return entry;
}

std::optional<Entry> FetchService::Impl::FindReadable(const std::string& key) const {
  auto entry = store.Find(key);
  if (!entry) return std::nullopt;
  const auto path = LocalPath::Parse(entry->local_path);
  if (!path || !store.OpenImage(*path)) return std::nullopt;
  return entry;
}

void FetchService::Impl::Start(const FlightPtr& flight) {
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

void FetchService::Impl::Begin(const Flights::Joined& joined, Urgency asked) {
  if (joined.is_new) Start(joined.flight);
  if (joined.to_promote) downloader.Promote(*joined.to_promote, asked);
}

void FetchService::Impl::OnReadable(const FlightPtr& flight, const FollowedPicture& picture) {
  for (const Opener& opener : flights.NoteReadable(*flight, picture)) {
    opener.opened(OpenedMiss{.picture = picture, .joined = opener.joined});
  }
}

void FetchService::Impl::OnDownloaded(const FlightPtr& flight,
                                      Result<FetchedBytes, FetchError> fetched) {
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

void FetchService::Impl::OnPublished(const FlightPtr& flight, Result<Entry, StoreError> published) {
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

void FetchService::Impl::Finish(const FlightPtr& flight,
                                const Result<FetchedImage, FetchError>& outcome) {
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

FetchService::FetchService(Store& store, Downloader& downloader, const OriginPolicy& policy,
                           S3Addressing addressing, const Clock& clock,
                           const FetchWatchers& watchers)
    : impl_(std::make_shared<Impl>(store, downloader, policy, std::move(addressing), clock,
                                   watchers)) {}

FetchService::~FetchService() {
  for (const Downloader::Id id : impl_->flights.Downloads()) impl_->downloader.Cancel(id);
  const std::lock_guard lock(impl_->watching);
  impl_->watchers = {};
}

Result<std::string, FetchError> FetchService::Admit(const std::string& s3_url) const {
  auto key = MakeCacheKey(s3_url, impl_->addressing);
  if (!key) return tl::make_unexpected(ToFetchError(key.error()));
  const auto target = FetchUrl(s3_url, impl_->addressing);
  if (!target) return tl::make_unexpected(ToFetchError(target.error()));
  if (!impl_->policy.AllowsUrl(*target)) {
    const Error<FetchError> refusal{FetchError::kOriginNotAllowed,
                                    "this server does not fetch from that origin"};
    if (impl_->watchers.errors != nullptr) impl_->watchers.errors->Note(refusal, *key);
    return tl::make_unexpected(refusal);
  }
  return std::move(*key);
}

void FetchService::Fetch(FetchRequest request, FetchCallback done) {
  auto key = Admit(request.s3_url);
  if (!key) {
    done(tl::make_unexpected(key.error()));
    return;
  }
  FetchAdmitted(std::move(*key), std::move(request), std::move(done));
}

FetchTicket FetchService::FetchAdmitted(std::string key, FetchRequest request, FetchCallback done) {
  if (impl_->watchers.trace != nullptr && request.known_etag.empty()) {
    done = Traced(*impl_->watchers.trace, request.urgency, std::move(done));
  }
  if (request.known_etag.empty()) {
    if (auto entry = impl_->FindStored(key)) {
      done(FetchedImage{.entry = std::move(*entry), .already_cached = true});
      return {};
    }
  }

  FetchTicket ticket;
  const Urgency asked = request.urgency;
  const bool asks_about_copy = !request.known_etag.empty();
  const auto joined =
      impl_->flights.Join(std::move(key), std::move(request), [&](Flight& flight, bool) {
        ticket.waiter = impl_->flights.NextWaiter();
        flight.waiting.push_back(
            {.number = ticket.waiter, .done = std::move(done), .asks_about_copy = asks_about_copy});
      });
  ticket.flight = joined.flight;
  impl_->Begin(joined, asked);
  return ticket;
}

void FetchService::Open(std::string key, FetchRequest request, OpenCallback opened) {
  if (auto entry = impl_->FindReadable(key)) {
    opened(std::move(*entry));
    return;
  }
  std::optional<FollowedPicture> readable;
  const Urgency asked = request.urgency;
  const auto joined =
      impl_->flights.Join(std::move(key), std::move(request), [&](Flight& flight, bool is_new) {
        flight.followed = true;
        readable = flight.readable;
        if (readable) {
          ++flight.followers;
        } else {
          flight.opening.push_back({.opened = std::move(opened), .joined = !is_new});
        }
      });
  impl_->Begin(joined, asked);
  if (readable) opened(OpenedMiss{.picture = std::move(*readable), .joined = true});
}

void FetchService::Leave(const FetchTicket& ticket) {
  const Flights::Left left = impl_->flights.Leave(ticket);
  if (left.to_cancel) impl_->downloader.Cancel(*left.to_cancel);
  if (left.done) left.done(Fail(FetchError::kCancelled, "nobody wants it any more"));
}

std::optional<RememberedFailure> FetchService::RecallFailure(const std::string& key,
                                                             const std::string& s3_url) const {
  if (impl_->flights.Contains(key)) return std::nullopt;
  return impl_->failures.Find(key, s3_url);
}

void FetchService::Forget(const std::string& key) {
  impl_->flights.ForgetIf([&key](const Flight& flight) { return flight.key == key; });
  impl_->failures.Forget(key);
}

void FetchService::ForgetActor(const std::string& actor_id) {
  impl_->flights.ForgetIf(
      [&actor_id](const Flight& flight) { return flight.request.actor_id == actor_id; });
  impl_->failures.ForgetActor(actor_id);
}

void FetchService::ForgetAll() {
  impl_->flights.ForgetIf([](const Flight&) { return true; });
  impl_->failures.ForgetAll();
}

FetchStats FetchService::Stats() const {
  FetchStats stats = impl_->flights.Stats();
  stats.failures = impl_->failures.Stats();
  stats.unstored = impl_->unstored->Stats();
  return stats;
}

}  // namespace image_cache
