// The bytes of one download on their way into the store, and to whoever reads them meanwhile. Owned
// by the downloader, used on its thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "native-server/origin/downloader.h"
#include "native-server/services/fetch_error.h"
#include "native-server/services/followed_picture.h"
#include "native-server/store/store.h"

namespace image_cache {

// A whole download: everything that the store needs to publish it.
struct FetchedBytes {
  std::unique_ptr<PendingImage> image;
  std::string etag;  // empty when the origin sent none that is sound
};

class FetchSink final : public DownloadSink {
 public:
  // Called once the first bytes tell that it is a picture; not at all when they do not.
  using Readable = std::function<void(const FollowedPicture&)>;
  // Called exactly once, and last.
  using Done = std::function<void(Result<FetchedBytes, FetchError>)>;

  FetchSink(Store& store, std::string actor_id, Readable readable, Done done)
      : store_(store),
        actor_id_(std::move(actor_id)),
        readable_(std::move(readable)),
        done_(std::move(done)) {}

  [[nodiscard]] bool OnHead(const OriginHead& head) override;
  [[nodiscard]] bool OnBytes(std::span<const char> bytes) override;
  void OnDone(Result<void, OriginError> result) override;

 private:
  // Without a descriptor for it nobody can follow; who would have is told when it is stored.
  void LetFollow();
  void EndWith(Error<FetchError> error);

  Store& store_;
  const std::string actor_id_;
  const Readable readable_;
  Done done_;
  FetchedBytes fetched_;
  std::optional<std::uint64_t> announced_bytes_;
  std::shared_ptr<GrowingFile> growing_;      // null until it can be read
  std::optional<Error<FetchError>> refusal_;  // why the store did not take the bytes
};

}  // namespace image_cache
