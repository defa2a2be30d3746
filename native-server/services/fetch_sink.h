// The bytes of one download on their way into the store. Owned by the downloader, used on its
// thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "native-server/origin/downloader.h"
#include "native-server/services/fetch_error.h"
#include "native-server/store/store.h"

namespace image_cache {

// A whole download: everything that the store needs to publish it.
struct FetchedBytes {
  std::unique_ptr<PendingImage> image;
  std::string etag;  // empty when the origin sent none that is sound
};

class FetchSink final : public DownloadSink {
 public:
  // Called exactly once.
  using Done = std::function<void(Result<FetchedBytes, FetchError>)>;

  FetchSink(Store& store, std::string actor_id, Done done)
      : store_(store), actor_id_(std::move(actor_id)), done_(std::move(done)) {}

  [[nodiscard]] bool OnHead(const OriginHead& head) override;
  [[nodiscard]] bool OnBytes(std::span<const char> bytes) override;
  void OnDone(Result<void, OriginError> result) override;

 private:
  Store& store_;
  const std::string actor_id_;
  Done done_;
  FetchedBytes fetched_;
  std::optional<Error<FetchError>> refusal_;  // why the store did not take the bytes
};

}  // namespace image_cache
