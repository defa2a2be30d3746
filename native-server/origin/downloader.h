// Downloads from origins: one libcurl multi handle on a thread of its own, connections kept and
// shared.
//
// Owned by main; thread-safe. The most urgent goes first; within one urgency first come, first
// served. How many run at once is bounded and adapts to each host (DownloadSlots). What fails for a
// passing reason is tried again after a delay; what breaks off is gone on with where it broke, when
// the origin can do that. A sink hears of neither.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "native-server/base/duration_histogram.h"
#include "native-server/origin/access/credentials.h"
#include "native-server/origin/access/origin_policy.h"
#include "native-server/origin/download_list.h"
#include "shared/keys/cache_key.h"
#include "shared/result.h"

namespace image_cache {

enum class OriginError {
  kNotAllowed,  // the URL's origin or the address it resolves to may not be fetched
  kInvalidUrl,
  kNotFound,      // 404, 410
  kDenied,        // 401, 403: also an expired signature or missing credentials
  kUnavailable,   // 5xx, 429, connection refused or reset, TLS or DNS failure, too many waiting
  kTimeout,       // no connection, no first byte, or too slow
  kTruncated,     // the transfer ended before its announced length
  kRejectedBody,  // the sink refused the bytes (not a picture, too large, no space)
  kUnexpected,    // any other status: redirects are not followed
  kNotModified,   // 304: the object still has the ETag that the order named
  kCancelled,
};

// True for failures that may pass by themselves (kUnavailable, kTimeout, kTruncated).
[[nodiscard]] bool IsTransient(OriginError error);

// The head of a 200 answer.
struct OriginHead {
  std::optional<std::uint64_t> content_length;
  std::string etag;                         // as sent, quotes included; empty when none
  std::string content_type;                 // as sent; for information, never trusted
  std::chrono::microseconds queued{0};      // since the order was given, until the first attempt
  std::chrono::microseconds first_byte{0};  // since this attempt began
};

// Where the bytes of one download go. All calls come from the downloader's thread, in this order:
// OnHead once, OnBytes any number of times, OnDone once and last (OnDone may be the only one).
class DownloadSink {
 public:
  virtual ~DownloadSink() = default;
  // False stops the download: OnDone follows with kRejectedBody.
  [[nodiscard]] virtual bool OnHead(const OriginHead& head) = 0;
  [[nodiscard]] virtual bool OnBytes(std::span<const char> bytes) = 0;
  virtual void OnDone(Result<void, OriginError> result) = 0;
};

// One object that is to be fetched.
struct DownloadOrder {
  // Fetched exactly as given when it is presigned; an unsigned S3 URL is signed with SigV4 when
  // there are credentials; s3:// becomes https (or the endpoint).
  std::string url;
  Urgency urgency = Urgency::kNormal;
  // The ETag that is known already, or nothing: an object that still has it ends with kNotModified.
  std::string if_none_match = {};
  // Asks for the bucket of the S3 object that the URL names, with the URL's query: a listing.
  bool of_bucket = false;
  // Whose picture it is, for who looks at the list of downloads; empty: nobody's.
  std::string actor_id = {};
};

// See RetryDelay. A demand is retried sooner and less often: a person waits, and the page can still
// ask the origin itself.
struct RetryOptions {
  int max_attempts = 3;  // 1: no retry
  int demand_attempts = 2;
  std::chrono::milliseconds first_delay{200};
  std::chrono::milliseconds demand_first_delay{50};
  std::chrono::milliseconds max_delay{5000};
  // An origin that asks for more than this is not asked again.
  std::chrono::seconds max_retry_after{30};
  std::chrono::seconds demand_max_retry_after{1};
};

struct DownloaderOptions {
  // Of those nobody waits for; demands have as many slots of their own.
  int max_parallel = 16;
  // More may not wait: the next one ends with kUnavailable.
  std::size_t max_waiting = 100'000;
  std::chrono::milliseconds connect_timeout{10000};
  // Gives up when fewer than low_speed_bytes arrive in a second, for this long; also when the first
  // byte takes longer.
  std::chrono::seconds low_speed_time{20};
  std::uint64_t low_speed_bytes = 1024;
  std::chrono::seconds total_timeout{600};  // of all attempts and the delays between them
  RetryOptions retry = {};
  // Certificate authorities (PEM) that are trusted instead of the system's; empty: the system's.
  std::string ca_file = {};
};

// Of downloads that were begun: started = succeeded + failed + running + waiting_for_retry, and
// those among the waiting whose retry is due. One that was cancelled after it had begun counts as
// failed; one that was refused or cancelled before is in none of them. Pages of listings count too.
struct DownloaderStats {
  std::uint64_t started = 0, succeeded = 0, failed = 0;
  std::uint64_t bytes = 0;       // of pictures received, whole or not
  std::uint64_t total_ms = 0;    // time from start to end, summed over the succeeded
  std::uint64_t retries = 0;     // attempts after the first
  std::uint64_t resumes = 0;     // of those: attempts that went on where the last one broke off
  std::uint64_t slow_downs = 0;  // times that a host's limit was halved
  std::size_t running = 0, waiting = 0, waiting_for_retry = 0;
  std::size_t parallel_limit = 0;               // how many may run now, as the hosts allow it
  DurationHistogram queued;                     // from the order until its first attempt
  DurationHistogram first_byte;                 // of attempts that had an answer
  std::chrono::milliseconds oldest_waiting{0};  // the age of what waits the longest
};

class Downloader {
 public:
  using Id = std::uint64_t;

  // REQUIRES: curl_global_init was called; it is destroyed on another thread than its own. `policy`
  // and `credentials` outlive the downloader.
  [[nodiscard]] static std::unique_ptr<Downloader> Create(DownloaderOptions options,
                                                          S3Addressing addressing,
                                                          const OriginPolicy& policy,
                                                          CredentialsProvider& credentials);
  virtual ~Downloader() = default;  // cancels what runs and waits; every sink gets its OnDone

  // A sink may call Start, Promote and Cancel.
  virtual Id Start(DownloadOrder order, std::unique_ptr<DownloadSink> sink) = 0;
  // Moves a waiting download up; never down. Ignores an unknown id.
  virtual void Promote(Id id, Urgency urgency) = 0;
  // Its sink gets OnDone with kCancelled soon, unless it has ended meanwhile. Ignores an unknown
  // id.
  virtual void Cancel(Id id) = 0;
  [[nodiscard]] virtual DownloaderStats Stats() const = 0;
  // At most `max` of those that run and of those that wait.
  [[nodiscard]] virtual DownloadList List(std::size_t max) const = 0;
};

}  // namespace image_cache
