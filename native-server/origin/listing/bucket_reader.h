// Reads a bucket's listing at the reader's own pace: a page is handed over while the next one is on
// its way, and no more are asked for. So a bucket of a million objects takes the memory of two
// thousand.
//
// Used by one thread, but for Stop. `downloader` outlives it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "native-server/origin/listing/bucket_listing.h"

namespace image_cache {

class BucketReader {
 public:
  // `order` as for ListObjects.
  BucketReader(Downloader& downloader, ListingOrder order);
  ~BucketReader();

  // The objects of the next page, in the order of their keys; none behind the last page. Blocks.
  // Errors: those of ListObjects, after which there is nothing more to read; kUnexpected also when
  // the listing goes round in a circle; kCancelled once it is stopped.
  [[nodiscard]] Result<std::vector<ListedObject>, OriginError> Next();
  // From any thread: whoever waits in Next, or calls it, gets kCancelled at once.
  void Stop();

 private:
  struct Page;  // shared with the callback of the page that is on its way

  void Ask(std::string token);

  Downloader& downloader_;
  const ListingOrder order_;
  const std::shared_ptr<Page> page_;
  std::size_t pages_ = 0;  // that were asked for
  std::string marked_token_;
  bool at_end_ = false;
};

}  // namespace image_cache
