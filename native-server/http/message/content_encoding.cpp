#include "native-server/http/message/content_encoding.h"

#include <array>
#include <charconv>

#include "shared/ascii.h"

namespace image_cache {
namespace {

// Best first.
constexpr std::array kPreference = {ContentEncoding::kBrotli, ContentEncoding::kZstd,
                                    ContentEncoding::kGzip, ContentEncoding::kIdentity};

std::string_view TakeUntil(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(part.size() == text.size() ? text.size() : part.size() + 1);
  const std::size_t begin = part.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return part.substr(begin, part.find_last_not_of(" \t") - begin + 1);
}

// The "q=0.5" of an item, in thousandths; 1000 when there is none, 0 when it cannot be read.
int ReadQuality(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = TakeUntil(parameters, ';');
    if (parameter.size() < 2 || (parameter[0] != 'q' && parameter[0] != 'Q') ||
        parameter[1] != '=') {
      continue;
    }
    const std::string_view digits = parameter.substr(2);
    double quality = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), quality);
    const bool read = error == std::errc() && end == digits.data() + digits.size();
    return read && quality >= 0 && quality <= 1 ? static_cast<int>(quality * 1000) : 0;
  }
  return 1000;
}

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
