// What has failed lately, for who runs the server: the newest of each kind, and how often it came.
//
// Owned by main; thread-safe. Bounded: kMaxKinds kinds, of which the one that was not seen the
// longest is forgotten, each with a URL and a text of at most kMaxTextBytes. No path of the machine
// and no secret is in it: of a URL is kept what may be logged.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/services/fetch/fetch_error.h"
#include "native-server/store/health/health_report.h"

namespace image_cache {

struct RecentError {
  std::int64_t at_ms = 0;  // the last time, since the Unix epoch
  FetchError code = FetchError::kOriginUnexpected;
  std::string detail;
  std::string s3_url;  // empty when no picture was concerned
  std::uint64_t count = 0;
};

class RecentErrors {
 public:
  static constexpr std::size_t kMaxKinds = 50;
  static constexpr std::size_t kMaxTextBytes = 1024;

  explicit RecentErrors(const Clock& clock) : clock_(clock) {}

  // `s3_url` may be any text that a client has sent; of an origin that is not allowed only its host
  // is kept, so that a page which asks it for many pictures does not push out the rest. What was
  // cancelled is no error, nor is what was not modified or is no URL.
  void Note(const Error<FetchError>& error, std::string_view s3_url);
  // Notes the failures of the disk that the report counts and the last one did not.
  void NoteHealth(const StoreHealthReport& report);

  // Newest first.
  [[nodiscard]] std::vector<RecentError> Read() const;
  // Since the start, those that are forgotten as well.
  [[nodiscard]] std::uint64_t total() const;

 private:
  // REQUIRES: mutex_ is held.
  void Add(RecentError error);

  const Clock& clock_;
  mutable std::mutex mutex_;                              // guards everything below
  std::list<RecentError> errors_;                         // newest first
  std::array<std::uint64_t, kSicknesses> disk_errors_{};  // as last reported
  std::uint64_t total_ = 0;
};

}  // namespace image_cache
