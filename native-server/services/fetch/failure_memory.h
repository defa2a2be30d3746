// What an origin has lately refused, so that a page which asks again and again does not make the
// origin answer each time.
//
// Owned by the FetchService; thread-safe. Holds the latest failure of each object, the newest
// `capacity` of them. A missing object is believed for a minute; a denied one for ten seconds and
// only for the very URL, since another signature may be a good one; what may pass by itself for a
// second, twice as long with every further failure, up to a minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "native-server/base/clock.h"
#include "native-server/services/fetch/fetch_error.h"
#include "native-server/store/sha256.h"

namespace image_cache {

struct RememberedFailure {
  Error<FetchError> error;
  std::chrono::milliseconds valid_for{0};  // from now on
};

struct FailureMemoryStats {
  std::size_t entries = 0;
  std::size_t capacity = 0;
  std::uint64_t answered = 0;  // requests that were spared the origin
};

class FailureMemory {
 public:
  static constexpr std::size_t kUsualCapacity = 10'000;

  // `clock` outlives it.
  explicit FailureMemory(const Clock& clock, std::size_t capacity = kUsualCapacity)
      : clock_(clock), capacity_(capacity) {}

  // What an origin answered for this URL of the object `key`, while that is to be believed.
  [[nodiscard]] std::optional<RememberedFailure> Find(std::string_view key, std::string_view url);

  // Keeps what the origin did; a failure of ours says nothing about the object and is not kept.
  void Note(std::string_view key, std::string_view url, std::string_view actor_id,
            const Error<FetchError>& error);
  // It was fetched, or somebody asks for a new start.
  void Forget(std::string_view key);
  void ForgetActor(std::string_view actor_id);
  void ForgetAll();

  [[nodiscard]] FailureMemoryStats Stats() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  // Of a key or a URL, which themselves may have 8 KiB.
  using Digest = Sha256Digest;

  struct Failure {
    Digest key;
    Digest url;
    std::string actor_id;
    Error<FetchError> error;
    std::chrono::milliseconds believed_for;
    TimePoint until;
  };
  using Failures = std::list<Failure>;

  void Erase(Failures::iterator failure);

  const Clock& clock_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  Failures failures_;  // the one noted last is first
  std::map<Digest, Failures::iterator> by_key_;
  std::uint64_t answered_ = 0;
};

}  // namespace image_cache
