#include "native-server/services/fetch_service.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "native-server/services/fetch_sink.h"
#include "native-server/services/in_flight.h"

namespace image_cache {

// Shared with the sinks and callbacks that are under way: they may end after the service is gone.
struct FetchService::Impl : std::enable_shared_from_this<FetchService::Impl> {
  Impl(Store& the_store, Downloader& the_downloader, const OriginPolicy& the_policy,
       S3Addressing the_addressing)
      : store(the_store),
        downloader(the_downloader),
        policy(the_policy),
        addressing(std::move(the_addressing)) {}

  // The entry, if its file is really there: the folder may have been removed under the server, and
  // asking anew is how it comes back.
  [[nodiscard]] std::optional<Entry> FindStored(const std::string& key) const;
  void Start(const FlightPtr& flight);
  void OnDownloaded(const FlightPtr& flight, Result<FetchedBytes, FetchError> fetched);
  void OnPublished(const FlightPtr& flight, Result<Entry, StoreError> published);
  // Takes the flight from the map and tells all who wait. Called once a flight.
  void Finish(const FlightPtr& flight, const Result<FetchedImage, FetchError>& outcome);

  [[nodiscard]] bool IsForgotten(const FlightPtr& flight) const {
    const std::lock_guard lock(mutex);
    return flight->forgotten;
  }
  template <typename Predicate>
  void ForgetIf(Predicate predicate);

  Store& store;
  Downloader& downloader;
  const OriginPolicy& policy;
  const S3Addressing addressing;

  mutable std::mutex mutex;       // never held while anything outside is called
  FlightsByKey flights;           // guarded by mutex, as are the flights in it
  std::uint64_t last_waiter = 0;  // guarded by mutex
  std::uint64_t coalesced = 0;    // guarded by mutex
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

void FetchService::Impl::Start(const FlightPtr& flight) {
  // Looked up after the flight is in the map: what was published before is seen here, what is
  // published later is this very flight. So no object is downloaded twice.
  const FetchRequest& request = flight->request;
  if (request.known_etag.empty()) {
    if (auto entry = FindStored(flight->key)) {
      Finish(flight, FetchedImage{.entry = std::move(*entry), .already_cached = true});
      return;
    }
  }
  auto sink = std::make_unique<FetchSink>(
      store, request.actor_id,
      [self = shared_from_this(), flight](Result<FetchedBytes, FetchError> fetched) {
        self->OnDownloaded(flight, std::move(fetched));
      });
  const Urgency asked = request.urgency;
  const Downloader::Id id = downloader.Start(
      {.url = request.s3_url, .urgency = asked, .if_none_match = request.known_etag},
      std::move(sink));
  const auto [wanted, abandoned] = [&] {
    const std::lock_guard lock(mutex);
    flight->download = id;
    return std::pair(flight->urgency, flight->waiting.empty());
  }();
  // Somebody more urgent may have joined, or all may have left, while there was no id to name.
  if (abandoned) {
    downloader.Cancel(id);
  } else if (wanted < asked) {
    downloader.Promote(id, wanted);
  }
}

void FetchService::Impl::OnDownloaded(const FlightPtr& flight,
                                      Result<FetchedBytes, FetchError> fetched) {
  if (!fetched && fetched.error().code == FetchError::kNotModified) {
    if (auto entry = FindStored(flight->key)) {
      Finish(flight, FetchedImage{.entry = std::move(*entry), .already_cached = true});
      return;
    }
    fetched = Fail(FetchError::kCancelled, "the picture was removed meanwhile");
  }
  if (!fetched) {
    Finish(flight, tl::make_unexpected(fetched.error()));
    return;
  }
  const bool wanted = [&] {
    const std::lock_guard lock(mutex);
    flight->whole = true;
    return !flight->forgotten;
  }();
  if (!wanted) {
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
  if (!IsForgotten(flight)) {
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
  std::vector<Waiter> waiting;
  {
    const std::lock_guard lock(mutex);
    const auto found = flights.find(flight->key);
    // A forgotten flight has left the map already; another one may be in its place.
    if (found != flights.end() && found->second == flight) flights.erase(found);
    waiting.swap(flight->waiting);
  }
  for (const Waiter& waiter : waiting) waiter.done(outcome);
}

template <typename Predicate>
void FetchService::Impl::ForgetIf(Predicate predicate) {
  const std::lock_guard lock(mutex);
  std::erase_if(flights, [&predicate](auto& item) {
    if (!predicate(*item.second)) return false;
    item.second->forgotten = true;
    return true;
  });
}

FetchService::FetchService(Store& store, Downloader& downloader, const OriginPolicy& policy,
                           S3Addressing addressing)
    : impl_(std::make_shared<Impl>(store, downloader, policy, std::move(addressing))) {}

FetchService::~FetchService() {
  std::vector<Downloader::Id> downloads;
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& [key, flight] : impl_->flights) {
      if (flight->download) downloads.push_back(*flight->download);
    }
  }
  for (const Downloader::Id id : downloads) impl_->downloader.Cancel(id);
}

Result<std::string, FetchError> FetchService::Admit(const std::string& s3_url) const {
  auto key = MakeCacheKey(s3_url, impl_->addressing);
  if (!key) return tl::make_unexpected(ToFetchError(key.error()));
  const auto target = FetchUrl(s3_url, impl_->addressing);
  if (!target) return tl::make_unexpected(ToFetchError(target.error()));
  if (!impl_->policy.AllowsUrl(*target)) {
    return Fail(FetchError::kOriginNotAllowed, "this server does not fetch from that origin");
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
  if (request.known_etag.empty()) {
    if (auto entry = impl_->FindStored(key)) {
      done(FetchedImage{.entry = std::move(*entry), .already_cached = true});
      return {};
    }
  }

  FlightPtr flight;
  std::optional<Downloader::Id> to_promote;
  const Urgency urgency = request.urgency;
  bool joined = false;
  FetchTicket ticket;
  {
    const std::lock_guard lock(impl_->mutex);
    auto [found, is_new] = impl_->flights.try_emplace(key);
    joined = !is_new;
    if (is_new) {
      found->second = std::make_shared<Flight>();
      found->second->urgency = urgency;
      found->second->request = std::move(request);
      found->second->key = std::move(key);
    } else {
      ++impl_->coalesced;
      if (urgency < found->second->urgency) {
        found->second->urgency = urgency;
        to_promote = found->second->download;
      }
    }
    flight = found->second;
    ticket = {.flight = flight, .waiter = ++impl_->last_waiter};
    flight->waiting.push_back({.number = ticket.waiter, .done = std::move(done)});
  }
  if (!joined) impl_->Start(flight);
  if (to_promote) impl_->downloader.Promote(*to_promote, urgency);
  return ticket;
}

void FetchService::Leave(const FetchTicket& ticket) {
  const FlightPtr flight = ticket.flight.lock();
  if (!flight) return;
  FetchCallback done;
  std::optional<Downloader::Id> to_cancel;
  {
    const std::lock_guard lock(impl_->mutex);
    if (flight->whole) return;
    const auto waiter =
        std::find_if(flight->waiting.begin(), flight->waiting.end(),
                     [&ticket](const Waiter& one) { return one.number == ticket.waiter; });
    if (waiter == flight->waiting.end()) return;
    done = std::move(waiter->done);
    flight->waiting.erase(waiter);
    if (flight->waiting.empty()) {
      // Out of the map at once: who asks from now on gets a new download, not this one's end.
      flight->forgotten = true;
      const auto found = impl_->flights.find(flight->key);
      if (found != impl_->flights.end() && found->second == flight) impl_->flights.erase(found);
      to_cancel = flight->download;
    }
  }
  if (to_cancel) impl_->downloader.Cancel(*to_cancel);
  done(Fail(FetchError::kCancelled, "nobody wants it any more"));
}

void FetchService::Forget(const std::string& key) {
  impl_->ForgetIf([&key](const Flight& flight) { return flight.key == key; });
}

void FetchService::ForgetActor(const std::string& actor_id) {
  impl_->ForgetIf(
      [&actor_id](const Flight& flight) { return flight.request.actor_id == actor_id; });
}

void FetchService::ForgetAll() {
  impl_->ForgetIf([](const Flight&) { return true; });
}

FetchStats FetchService::Stats() const {
  const std::lock_guard lock(impl_->mutex);
  return {.coalesced = impl_->coalesced, .in_flight = impl_->flights.size()};
}

}  // namespace image_cache
