#include "native-server/services/fetch/failure_memory.h"

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMissingFor{60'000};
constexpr milliseconds kDeniedFor{10'000};
constexpr milliseconds kFirstFor{1'000};  // of what may pass
constexpr milliseconds kLongestFor{60'000};
// What is told of a failure is for people and needs no more.
constexpr std::size_t kMaxDetailBytes = 256;

enum class Kind { kNotKept, kMissing, kDenied, kMayPass };

Kind KindOf(FetchError error) {
  switch (error) {
    case FetchError::kOriginNotFound:
      return Kind::kMissing;
    case FetchError::kOriginDenied:
      return Kind::kDenied;
    case FetchError::kOriginUnavailable:
    case FetchError::kOriginTimeout:
    case FetchError::kOriginTruncated:
    case FetchError::kOriginUnexpected:
    case FetchError::kNotAPicture:
    case FetchError::kTooLarge:
      return Kind::kMayPass;
    case FetchError::kInvalidUrl:
    case FetchError::kOriginNotAllowed:
    case FetchError::kNoSpace:
    case FetchError::kStoreReadOnly:
    case FetchError::kStoreFailed:
    case FetchError::kCancelled:
    case FetchError::kNotModified:
      break;
  }
  return Kind::kNotKept;
}

}  // namespace

std::optional<RememberedFailure> FailureMemory::Find(std::string_view key, std::string_view url) {
  const Digest key_digest = Sha256Of(key);
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key_digest);
  if (found == by_key_.end()) return std::nullopt;
  const Failure& failure = *found->second;
  const TimePoint now = clock_.Monotonic();
  if (now >= failure.until) return std::nullopt;
  if (KindOf(failure.error.code) == Kind::kDenied && failure.url != Sha256Of(url)) {
    return std::nullopt;
  }
  ++answered_;
  return RememberedFailure{.error = failure.error,
                           .valid_for = std::chrono::ceil<milliseconds>(failure.until - now)};
}

void FailureMemory::Note(std::string_view key, std::string_view url, std::string_view actor_id,
                         const Error<FetchError>& error) {
  const Kind kind = KindOf(error.code);
  if (kind == Kind::kNotKept) return;
  Failure failure{.key = Sha256Of(key),
                  .url = Sha256Of(url),
                  .actor_id = std::string(actor_id),
                  .error = {.code = error.code, .detail = error.detail.substr(0, kMaxDetailBytes)},
                  .believed_for = kind == Kind::kMissing  ? kMissingFor
                                  : kind == Kind::kDenied ? kDeniedFor
                                                          : kFirstFor,
                  .until = {}};
  const std::lock_guard lock(mutex_);
  const TimePoint now = clock_.Monotonic();
  if (const auto found = by_key_.find(failure.key); found != by_key_.end()) {
    const Failure& last = *found->second;
    // After a long quiet time it is a new failure and not a further one.
    if (kind == Kind::kMayPass && KindOf(last.error.code) == Kind::kMayPass &&
        now < last.until + kLongestFor) {
      failure.believed_for = std::min(last.believed_for * 2, kLongestFor);
    }
    Erase(found->second);
  }
  failure.until = now + failure.believed_for;
  failures_.push_front(std::move(failure));
  by_key_.emplace(failures_.front().key, failures_.begin());
  if (failures_.size() > capacity_) Erase(std::prev(failures_.end()));
}

void FailureMemory::Forget(std::string_view key) {
  const Digest digest = Sha256Of(key);
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(digest); found != by_key_.end()) Erase(found->second);
}

void FailureMemory::ForgetActor(std::string_view actor_id) {
  const std::lock_guard lock(mutex_);
  for (auto failure = failures_.begin(); failure != failures_.end();) {
    const auto next = std::next(failure);
    if (failure->actor_id == actor_id) Erase(failure);
    failure = next;
  }
}

void FailureMemory::ForgetAll() {
  const std::lock_guard lock(mutex_);
  by_key_.clear();
  failures_.clear();
}

FailureMemoryStats FailureMemory::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.entries = failures_.size(), .capacity = capacity_, .answered = answered_};
}

void FailureMemory::Erase(Failures::iterator failure) {
  by_key_.erase(failure->key);
  failures_.erase(failure);
}

}  // namespace image_cache
