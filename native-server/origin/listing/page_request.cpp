#include "native-server/origin/listing/page_request.h"

#include <memory>
#include <utility>

#include "native-server/origin/access/sigv4.h"

namespace image_cache {
namespace {

// 1,000 keys of 1,024 bytes, each byte an escape, and as much again for the rest of each object.
constexpr std::size_t kMaxPageBytes = 8 * 1024 * 1024;
// A page that breaks off has no ETag to go on with.
constexpr int kMaxAttempts = 3;

struct PageRequest {
  Downloader& downloader;
  const PageOrder order;
  const PageDone done;
  int attempts = 0;
};

void Ask(std::unique_ptr<PageRequest> request);

// One page on its way. Owned by the downloader.
class PageSink final : public DownloadSink {
 public:
  explicit PageSink(std::unique_ptr<PageRequest> request) : request_(std::move(request)) {}

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
      request_->done(ParseListPage(xml_));
    } else if (result.error().code == OriginError::kTruncated &&
               request_->attempts < kMaxAttempts) {
      Ask(std::move(request_));
    } else if (result.error().code == OriginError::kRejectedBody) {
      request_->done(Fail(OriginError::kUnexpected, "the origin's listing is too large"));
    } else {
      request_->done(tl::make_unexpected(std::move(result).error()));
    }
  }

 private:
  std::unique_ptr<PageRequest> request_;
  std::string xml_;
};

std::string PageUrl(const PageOrder& order) {
  std::string url = ListedObjectUrl(order.bucket, "-");
  url += "?list-type=2&encoding-type=url&max-keys=" + std::to_string(kMaxObjectsPerPage);
  url += "&prefix=" + UriEncode(order.prefix, SlashInText::kEscaped);
  if (!order.token.empty()) {
    url += "&continuation-token=" + UriEncode(order.token, SlashInText::kEscaped);
  }
  return url;
}

void Ask(std::unique_ptr<PageRequest> request) {
  Downloader& downloader = request->downloader;
  DownloadOrder order{
      .url = PageUrl(request->order), .urgency = request->order.urgency, .of_bucket = true};
  ++request->attempts;
  downloader.Start(std::move(order), std::make_unique<PageSink>(std::move(request)));
}

}  // namespace

void AskForPage(Downloader& downloader, PageOrder order, PageDone done) {
  Ask(std::make_unique<PageRequest>(
      PageRequest{.downloader = downloader, .order = std::move(order), .done = std::move(done)}));
}

}  // namespace image_cache
