// One page of a bucket's listing, asked for through the downloader: signed and judged like its
// downloads.
//
// Source: "ListObjectsV2", Amazon S3 API Reference. Thread-safe; nothing is kept between two calls.
#pragma once

#include <functional>
#include <string>

#include "native-server/origin/listing/list_page.h"

namespace image_cache {

struct PageOrder {
  std::string bucket;
  std::string prefix = {};  // bytes, no percent-encoding; empty: the whole bucket
  std::string token = {};   // the next_token of the page before; empty for the first
  Urgency urgency = Urgency::kNormal;
};

// Called once, on the downloader's thread; must not throw. Errors: those of a download; kUnexpected
// also when what came is no listing.
using PageDone = std::function<void(Result<ListPage, OriginError> page)>;

// A page that breaks off is asked for anew, a few times. `downloader` outlives the request, which
// ends with the downloader at the latest (kCancelled).
void AskForPage(Downloader& downloader, PageOrder order, PageDone done);

}  // namespace image_cache
