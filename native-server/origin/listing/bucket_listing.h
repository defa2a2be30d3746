// Lists what a bucket holds below a prefix: ListObjectsV2, page after page, through the downloader,
// signed and judged like its downloads.
//
// Source: "ListObjectsV2", Amazon S3 API Reference. Thread-safe; nothing is kept between two calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/origin/downloader.h"

namespace image_cache {

struct ListedObject {
  std::string key;   // its bytes as S3 keeps them: no percent-encoding
  std::string etag;  // as in the ETag header of a GET, quotes included; empty when none was listed
  std::uint64_t size_bytes = 0;

  friend bool operator==(const ListedObject&, const ListedObject&) = default;
};

struct ListingOrder {
  std::string bucket;
  std::string prefix = {};  // bytes, no percent-encoding; empty: the whole bucket
  Urgency urgency = Urgency::kNormal;
  // A listing that is longer ends with kUnexpected. A page holds up to 1,000 objects.
  std::size_t max_pages = 10'000;
};

// The objects of one page, in the order of their keys. False: enough, no further page is asked for.
using ListedPage = std::function<bool(std::vector<ListedObject> objects)>;
// The end, once. Errors: those of a download; kUnexpected also when what came is no listing.
using ListingDone = std::function<void(Result<void, OriginError> result)>;

// Both are called on the downloader's thread, `done` once and last; neither may throw. The bucket
// is where the downloader looks for s3:// URLs. `downloader` outlives the listing, which ends with
// the downloader at the latest (kCancelled).
void ListObjects(Downloader& downloader, ListingOrder order, ListedPage on_page, ListingDone done);

// "s3://bucket/key" with the key percent-encoded: what MakeCacheKey and the downloader take.
[[nodiscard]] std::string ListedObjectUrl(std::string_view bucket, std::string_view key);

}  // namespace image_cache
