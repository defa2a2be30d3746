#include "native-server/origin/listing/bucket_listing.h"

#include <memory>
#include <utility>

#include "native-server/origin/access/sigv4.h"
#include "native-server/origin/listing/page_request.h"

namespace image_cache {
namespace {

struct Listing {
  Downloader& downloader;
  const ListingOrder order;
  const ListedPage on_page;
  const ListingDone done;
  std::size_t pages = 0;  // that were read
};
using ListingPtr = std::shared_ptr<Listing>;

void Go(const ListingPtr& listing, std::string token);

void OnPage(const ListingPtr& listing, Result<ListPage, OriginError> page) {
  if (!page) return listing->done(tl::make_unexpected(std::move(page).error()));
  const bool wants_more = listing->on_page(std::move(page->objects));
  if (!wants_more || page->next_token.empty()) return listing->done({});
  if (++listing->pages == listing->order.max_pages) {
    return listing->done(Fail(OriginError::kUnexpected, "the origin's listing has too many pages"));
  }
  Go(listing, std::move(page->next_token));
}

void Go(const ListingPtr& listing, std::string token) {
  AskForPage(listing->downloader,
             {.bucket = listing->order.bucket,
              .prefix = listing->order.prefix,
              .token = std::move(token),
              .urgency = listing->order.urgency},
             [listing](Result<ListPage, OriginError> page) { OnPage(listing, std::move(page)); });
}

}  // namespace

void ListObjects(Downloader& downloader, ListingOrder order, ListedPage on_page, ListingDone done) {
  Go(std::make_shared<Listing>(Listing{.downloader = downloader,
                                       .order = std::move(order),
                                       .on_page = std::move(on_page),
                                       .done = std::move(done)}),
     {});
}

std::string ListedObjectUrl(std::string_view bucket, std::string_view key) {
  std::string url = "s3://";
  url.append(bucket).append("/").append(UriEncode(key, SlashInText::kLiteral));
  return url;
}

}  // namespace image_cache
