// Fetching a picture into the store: one download per object at a time, however many ask.
//
// Joins a key that is being fetched already (and promotes it), answers at once for a key that is
// stored, else starts a download whose bytes go to a PendingImage and are published when whole.
// Fetch tells when the picture is stored; Open already when its first bytes can be read.
// Owned by main; thread-safe. Callbacks run on the downloader's or the store's thread: post.
// Store and downloader outlive it; the downloader goes before the store.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "native-server/origin/downloader.h"
#include "native-server/replay/trace_writer.h"
#include "native-server/services/fetch/failure_memory.h"
#include "native-server/services/fetch/fetch_error.h"
#include "native-server/services/fetch/followed_picture.h"
#include "native-server/services/fetch/unstored_picture.h"
#include "native-server/services/monitoring/origin_times.h"
#include "native-server/services/monitoring/recent_errors.h"
#include "native-server/store/store.h"

namespace image_cache {

struct FetchRequest {
  std::string s3_url;  // exactly as it is to be fetched
  std::string actor_id;
  std::string filename;
  Urgency urgency = Urgency::kNormal;
  // Of the copy that is stored, when the origin is to be asked whether it is still the newest:
  // nothing is answered from the store then. Unchanged counts as already cached.
  std::string known_etag = {};
  // As long as nobody else wants the picture who may evict for it.
  Room room = Room::kByEvicting;
};

struct FetchedImage {
  Entry entry;
  bool already_cached = false;
};

struct FetchCourse;
struct Flight;

// One caller that waits for a picture, to be named when it does not want it any more.
struct FetchTicket {
  std::weak_ptr<Flight> flight;  // nothing when there was nothing to wait for
  std::uint64_t waiter = 0;
};

using FetchCallback = std::function<void(Result<FetchedImage, FetchError>)>;

// What Open finds: a picture that is stored, or one that comes.
struct OpenedMiss {
  FollowedPicture picture;
  bool joined = false;  // another request had started the download
};
using OpenedPicture = std::variant<Entry, OpenedMiss>;
using OpenCallback = std::function<void(Result<OpenedPicture, FetchError>)>;

struct FetchStats {
  std::uint64_t coalesced = 0;  // requests that joined a running download
  std::size_t in_flight = 0;    // distinct objects
  FailureMemoryStats failures = {};
  UnstoredStats unstored = {};
};

// Who is told what becomes of fetches; each may be null.
struct FetchWatchers {
  TraceWriter* trace = nullptr;
  RecentErrors* errors = nullptr;
  OriginTimes* times = nullptr;
  std::function<void(const Entry&)> stored = nullptr;  // on the store's writer thread: quick
};

class FetchService {
 public:
  // `clock`, store and the watchers outlive it, and the callbacks that it has given them.
  FetchService(Store& store, Downloader& downloader, const OriginPolicy& policy,
               S3Addressing addressing, const Clock& clock, const FetchWatchers& watchers = {});
  ~FetchService();  // cancels what is in flight; its callers are told by the downloader

  // The cache key, when the URL is one that may be fetched. Asks nobody.
  // Errors: kInvalidUrl, kOriginNotAllowed.
  [[nodiscard]] Result<std::string, FetchError> Admit(const std::string& s3_url) const;

  // `done` is called exactly once, possibly before Fetch returns (already cached, not allowed).
  void Fetch(FetchRequest request, FetchCallback done);
  // The same for who has asked Admit already. REQUIRES: `key` is what it answered for this URL.
  FetchTicket FetchAdmitted(std::string key, FetchRequest request, FetchCallback done);
  // The caller does not want it any more: its `done` gets kCancelled before Leave returns, and a
  // download for which nobody waits now is cancelled. Once the picture is whole and is being
  // published there is nothing to be saved: `done` is called as if the caller had stayed.
  void Leave(const FetchTicket& ticket);
  // `opened` is called exactly once, possibly before Open returns: with the entry of a picture that
  // is stored, with the picture that is being downloaded as soon as its first bytes tell that it is
  // one, or with why there is none. The download then goes on whoever leaves. When the
  // store does not take it, it is passed on all the same, as long as memory for that lasts; what is
  // stored but cannot be read now is downloaded again.
  // REQUIRES: as FetchAdmitted; no known_etag.
  void Open(std::string key, FetchRequest request, OpenCallback opened);
  // What the origin has lately answered for this URL instead of a picture; nothing while a download
  // runs that can be joined. Every fetch adds to what is remembered, and what is fetched or
  // forgotten is forgotten there too; but only who asks here is spared asking the origin again.
  [[nodiscard]] std::optional<RememberedFailure> RecallFailure(const std::string& key,
                                                               const std::string& s3_url) const;
  // A removal while the key is in flight: the download goes on but is not published; who waits for
  // it gets kCancelled, who follows it gets it whole, who asks from now on gets a new one. Call it
  // before the store's removal.
  void Forget(const std::string& key);
  void ForgetActor(const std::string& actor_id);
  void ForgetAll();
  [[nodiscard]] FetchStats Stats() const;

 private:
  std::shared_ptr<FetchCourse> course_;
};

}  // namespace image_cache
