#include "native-server/origin/listing/bucket_listing.h"

#include <memory>
#include <utility>

#include "native-server/origin/access/sigv4.h"
#include "native-server/origin/listing/list_page.h"

namespace image_cache {
namespace {

// 1,000 keys of 1,024 bytes, each byte an escape, and as much again for the rest of each object.
constexpr std::size_t kMaxPageBytes = 8 * 1024 * 1024;
// Of one page: one that breaks off has no ETag to go on with, so it is asked for anew.
constexpr int kMaxAttempts = 3;

struct Listing {
  Downloader& downloader;
  const ListingOrder order;
  const ListedPage on_page;
  const ListingDone done;
  std::string token = {};  // of the page that is asked for; empty for the first
  std::size_t pages = 0;   // that were read
  int attempts = 0;        // at the page that is asked for
};

void AskForPage(std::unique_ptr<Listing> listing);

// One page on its way. Owned by the downloader.
class PageSink final : public DownloadSink {
 public:
  explicit PageSink(std::unique_ptr<Listing> listing) : listing_(std::move(listing)) {}

  [[nodiscard]] bool OnHead(const OriginHead& head) override {
    return head.content_length.value_or(0) <= kMaxPageBytes;
  }
  [[nodiscard]] bool OnBytes(std::span<const char> bytes) override {
    if (bytes.size() > kMaxPageBytes - xml_.size()) return false;
    xml_.append(bytes.data(), bytes.size());
    return true;
  }
  void OnDone(Result<void, OriginError> result) override {
    if (result) {
      OnWhole();
    } else if (result.error().code == OriginError::kTruncated &&
               listing_->attempts < kMaxAttempts) {
      AskForPage(std::move(listing_));
    } else if (result.error().code == OriginError::kRejectedBody) {
      listing_->done(Fail(OriginError::kUnexpected, "the origin's listing is too large"));
    } else {
      listing_->done(std::move(result));
    }
  }

 private:
  void OnWhole() {
    auto page = ParseListPage(xml_);
    if (!page) return listing_->done(tl::make_unexpected(std::move(page).error()));
    const bool wants_more = listing_->on_page(std::move(page->objects));
    if (!wants_more || page->next_token.empty()) return listing_->done({});
    if (++listing_->pages == listing_->order.max_pages) {
      return listing_->done(
          Fail(OriginError::kUnexpected, "the origin's listing has too many pages"));
    }
    listing_->token = std::move(page->next_token);
    listing_->attempts = 0;
    AskForPage(std::move(listing_));
  }

  std::unique_ptr<Listing> listing_;
  std::string xml_;
};

std::string PageUrl(const Listing& listing) {
  std::string url = ListedObjectUrl(listing.order.bucket, "-");
  url += "?list-type=2&encoding-type=url&max-keys=" + std::to_string(kMaxObjectsPerPage);
  url += "&prefix=" + UriEncode(listing.order.prefix, SlashInText::kEscaped);
  if (!listing.token.empty()) {
    url += "&continuation-token=" + UriEncode(listing.token, SlashInText::kEscaped);
  }
  return url;
}

void AskForPage(std::unique_ptr<Listing> listing) {
  Downloader& downloader = listing->downloader;
  DownloadOrder order{
      .url = PageUrl(*listing), .urgency = listing->order.urgency, .of_bucket = true};
  ++listing->attempts;
  downloader.Start(std::move(order), std::make_unique<PageSink>(std::move(listing)));
}

}  // namespace

void ListObjects(Downloader& downloader, ListingOrder order, ListedPage on_page, ListingDone done) {
  AskForPage(std::make_unique<Listing>(Listing{.downloader = downloader,
                                               .order = std::move(order),
                                               .on_page = std::move(on_page),
                                               .done = std::move(done)}));
}

std::string ListedObjectUrl(std::string_view bucket, std::string_view key) {
  std::string url = "s3://";
  url.append(bucket).append("/").append(UriEncode(key, SlashInText::kLiteral));
  return url;
}

}  // namespace image_cache
