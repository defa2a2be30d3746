#include "native-server/http/message/content_encoding.h"

#include <array>

#include "native-server/http/message/quality_list.h"
#include "shared/ascii.h"

namespace image_cache {
namespace {

// Best first.
constexpr std::array kPreference = {ContentEncoding::kBrotli, ContentEncoding::kZstd,
                                    ContentEncoding::kGzip, ContentEncoding::kIdentity};

bool Names(std::string_view coding, ContentEncoding encoding) {
  return EqualsIgnoringCase(coding, EncodingName(encoding)) ||
         (encoding == ContentEncoding::kGzip && EqualsIgnoringCase(coding, "x-gzip"));
}

}  // namespace

std::string_view EncodingName(ContentEncoding encoding) {
  switch (encoding) {
    case ContentEncoding::kBrotli:
      return "br";
    case ContentEncoding::kZstd:
      return "zstd";
    case ContentEncoding::kGzip:
      return "gzip";
    case ContentEncoding::kIdentity:
      break;
  }
  return "identity";
}

ContentEncoding NegotiateEncoding(std::string_view accept_encoding) {
  std::array<std::optional<int>, kPreference.size()> qualities;
  std::optional<int> any;  // "*": whatever is not named
  while (!accept_encoding.empty()) {
    std::string_view item = TakeUntil(accept_encoding, ',');
    const std::string_view coding = TakeUntil(item, ';');
    const int quality = ReadQuality(item);
    if (coding == "*") any = quality;
    for (std::size_t i = 0; i < kPreference.size(); ++i) {
      if (Names(coding, kPreference.at(i))) qualities.at(i) = quality;
    }
  }
  ContentEncoding best = ContentEncoding::kIdentity;
  int best_quality = 0;
  for (std::size_t i = 0; i < kPreference.size(); ++i) {
    // Not encoding is always acceptable unless it is refused, but anything that is asked for goes
    // first.
    const bool identity = kPreference.at(i) == ContentEncoding::kIdentity;
    const int quality = qualities.at(i).value_or(identity ? 0 : any.value_or(0));
    if (quality > best_quality) {
      best = kPreference.at(i);
      best_quality = quality;
    }
  }
  return best;
}

}  // namespace image_cache
