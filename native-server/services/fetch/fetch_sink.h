// The bytes of one download on their way into the store, and to whoever reads them meanwhile. Owned
// by the downloader, used on its thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "native-server/origin/downloader.h"
#include "native-server/services/fetch/fetch_error.h"
#include "native-server/services/fetch/followed_picture.h"
#include "native-server/services/fetch/unstored_picture.h"
#include "native-server/services/monitoring/origin_times.h"
#include "native-server/store/store.h"

namespace image_cache {

// A whole download: everything that the store needs to publish it.
struct FetchedBytes {
  std::unique_ptr<PendingImage> image;
  std::string etag;  // empty when the origin sent none that is sound
  DownloadTime time;
};

class FetchSink final : public DownloadSink {
 public:
  struct Events {
    // Whether somebody wants to read it meanwhile, be it stored or not.
    std::function<bool()> is_followed;
    // Whether others may be evicted for it. Asked once, when its size is known.
    std::function<Room()> room;
    // Called once the first bytes tell that it is a picture; not at all when they do not.
    std::function<void(const FollowedPicture&)> readable;
    // Called exactly once, and last. What could only be passed on ends with why.
    std::function<void(Result<FetchedBytes, FetchError>)> done;
  };

  FetchSink(Store& store, std::shared_ptr<UnstoredSpace> unstored, std::string actor_id,
            const Clock& clock, Events events)
      : store_(store),
        clock_(clock),
        unstored_(std::move(unstored)),
        actor_id_(std::move(actor_id)),
        events_(std::move(events)) {}

  [[nodiscard]] bool OnHead(const OriginHead& head) override;
  [[nodiscard]] bool OnBytes(std::span<const char> bytes) override;
  void OnDone(Result<void, OriginError> result) override;

 private:
  // What is shared with the readers, and the memory that it takes when it is not stored.
  struct Shared;

  [[nodiscard]] Result<std::unique_ptr<PendingImage>, StoreError> Begin(
      std::uint64_t expected_bytes);
  // Whether a picture that the store does not take, for this reason, is worth being passed on.
  [[nodiscard]] bool IsWorthPassingOn(const Error<StoreError>& reason) const;
  // The store has failed in the middle: goes on in memory, with what is on the disk so far. Errors:
  // kFull, kIo.
  [[nodiscard]] Result<void, StoreError> GoOnUnstored();
  // Without a descriptor for it nobody can follow; who would have is told when it is stored.
  void LetFollow();
  void EndWith(Error<FetchError> error);

  Store& store_;
  const Clock& clock_;
  const std::shared_ptr<UnstoredSpace> unstored_;
  const std::string actor_id_;
  const Events events_;
  FetchedBytes fetched_;
  std::shared_ptr<UnstoredShare> unstored_share_;      // null when it is being stored
  std::optional<Error<FetchError>> unstored_because_;  // nothing when it is being stored
  std::optional<std::uint64_t> announced_bytes_;
  std::chrono::microseconds queued_{0};
  std::chrono::steady_clock::time_point had_head_{};
  std::shared_ptr<Shared> shared_;            // null until it can be read
  std::optional<Error<FetchError>> refusal_;  // why the store did not take the bytes
};

}  // namespace image_cache
