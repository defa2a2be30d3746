#include "native-server/services/fetch_sink.h"

#include <algorithm>

namespace image_cache {
namespace {

constexpr std::size_t kMaxEtagBytes = 1024;

// An ETag goes into JSON and into the header of a later request: nothing but printable ASCII
// passes. RFC 9110 §8.8.3 would allow more bytes; no S3 server sends them.
bool IsSoundEtag(const std::string& etag) {
  return etag.size() <= kMaxEtagBytes &&
         std::all_of(etag.begin(), etag.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

bool FetchSink::OnHead(const OriginHead& head) {
  auto image = store_.Begin(actor_id_, head.content_length.value_or(0));
  if (!image) {
    refusal_ = ToFetchError(image.error());
    return false;
  }
  fetched_.image = std::move(*image);
  if (IsSoundEtag(head.etag)) fetched_.etag = head.etag;
  return true;
}

bool FetchSink::OnBytes(std::span<const char> bytes) {
  auto appended = fetched_.image->Append(bytes);
  if (!appended) refusal_ = ToFetchError(appended.error());
  return appended.has_value();
}

void FetchSink::OnDone(Result<void, OriginError> result) {
  if (refusal_) {
    fetched_.image.reset();
    done_(tl::make_unexpected(std::move(*refusal_)));
  } else if (!result) {
    fetched_.image.reset();
    done_(tl::make_unexpected(ToFetchError(result.error())));
  } else if (fetched_.image == nullptr) {
    done_(Fail(FetchError::kOriginUnexpected, "the origin sent no content"));
  } else {
    done_(std::move(fetched_));
  }
}

}  // namespace image_cache
