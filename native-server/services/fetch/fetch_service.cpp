#include "native-server/services/fetch/fetch_service.h"

#include <mutex>
#include <optional>
#include <utility>

#include "native-server/services/fetch/fetch_course.h"
#include "native-server/services/fetch/fetch_trace.h"

namespace image_cache {

FetchService::FetchService(Store& store, Downloader& downloader, const OriginPolicy& policy,
                           S3Addressing addressing, const Clock& clock,
                           const FetchWatchers& watchers)
    : course_(std::make_shared<FetchCourse>(store, downloader, policy, std::move(addressing), clock,
                                            watchers)) {}

FetchService::~FetchService() {
  for (const Downloader::Id id : course_->flights.Downloads()) course_->downloader.Cancel(id);
  const std::lock_guard lock(course_->watching);
  course_->watchers = {};
}

Result<std::string, FetchError> FetchService::Admit(const std::string& s3_url) const {
  auto key = MakeCacheKey(s3_url, course_->addressing);
  if (!key) return tl::make_unexpected(ToFetchError(key.error()));
  const auto target = FetchUrl(s3_url, course_->addressing);
  if (!target) return tl::make_unexpected(ToFetchError(target.error()));
  if (!course_->policy.AllowsUrl(*target)) {
    const Error<FetchError> refusal{FetchError::kOriginNotAllowed,
                                    "this server does not fetch from that origin"};
    if (course_->watchers.errors != nullptr) course_->watchers.errors->Note(refusal, *key);
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
  if (course_->watchers.trace != nullptr && request.known_etag.empty()) {
    done = Traced(*course_->watchers.trace, request.urgency, std::move(done));
  }
  if (request.known_etag.empty()) {
    if (auto entry = course_->FindStored(key)) {
      done(FetchedImage{.entry = std::move(*entry), .already_cached = true});
      return {};
    }
  }

  FetchTicket ticket;
  const Urgency asked = request.urgency;
  const bool asks_about_copy = !request.known_etag.empty();
  const auto joined =
      course_->flights.Join(std::move(key), std::move(request), [&](Flight& flight, bool) {
        ticket.waiter = course_->flights.NextWaiter();
        flight.waiting.push_back(
            {.number = ticket.waiter, .done = std::move(done), .asks_about_copy = asks_about_copy});
      });
  ticket.flight = joined.flight;
  course_->Begin(joined, asked);
  return ticket;
}

void FetchService::Open(std::string key, FetchRequest request, OpenCallback opened) {
  if (auto entry = course_->FindReadable(key)) {
    opened(std::move(*entry));
    return;
  }
  std::optional<FollowedPicture> readable;
  const Urgency asked = request.urgency;
  const auto joined =
      course_->flights.Join(std::move(key), std::move(request), [&](Flight& flight, bool is_new) {
        flight.followed = true;
        readable = flight.readable;
        if (readable) {
          ++flight.followers;
        } else {
          flight.opening.push_back({.opened = std::move(opened), .joined = !is_new});
        }
      });
  course_->Begin(joined, asked);
  if (readable) opened(OpenedMiss{.picture = std::move(*readable), .joined = true});
}

void FetchService::Leave(const FetchTicket& ticket) {
  const Flights::Left left = course_->flights.Leave(ticket);
  if (left.to_cancel) course_->downloader.Cancel(*left.to_cancel);
  if (left.done) left.done(Fail(FetchError::kCancelled, "nobody wants it any more"));
}

std::optional<RememberedFailure> FetchService::RecallFailure(const std::string& key,
                                                             const std::string& s3_url) const {
  if (course_->flights.Contains(key)) return std::nullopt;
  return course_->failures.Find(key, s3_url);
}

void FetchService::Forget(const std::string& key) {
  course_->flights.ForgetIf([&key](const Flight& flight) { return flight.key == key; });
  course_->failures.Forget(key);
}

void FetchService::ForgetActor(const std::string& actor_id) {
  course_->flights.ForgetIf(
      [&actor_id](const Flight& flight) { return flight.request.actor_id == actor_id; });
  course_->failures.ForgetActor(actor_id);
}

void FetchService::ForgetAll() {
  course_->flights.ForgetIf([](const Flight&) { return true; });
  course_->failures.ForgetAll();
}

FetchStats FetchService::Stats() const {
  FetchStats stats = course_->flights.Stats();
  stats.failures = course_->failures.Stats();
  stats.unstored = course_->unstored->Stats();
  return stats;
}

}  // namespace image_cache
