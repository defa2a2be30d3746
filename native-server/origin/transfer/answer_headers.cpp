#include "native-server/origin/transfer/answer_headers.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "shared/keys/url.h"

namespace image_cache {
namespace {

constexpr std::size_t kMaxValueBytes = 1024;

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

std::optional<std::uint64_t> ParseLength(std::string_view digits) {
  std::uint64_t bytes = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, bytes);
  if (error != std::errc() || stop != end) return std::nullopt;
  return bytes;
}

}  // namespace

std::optional<std::string> OnlyHeader(CURL* easy, const char* name) {
  constexpr int kLastRequest = -1;
  curl_header* header = nullptr;
  if (curl_easy_header(easy, name, 0, CURLH_HEADER, kLastRequest, &header) != CURLHE_OK) {
    return std::string();
  }
  if (header->amount != 1) return std::nullopt;
  return header->value;
}

bool HasClearEnd(CURL* easy) {
  const auto length = OnlyHeader(easy, "Content-Length");
  const auto coding = OnlyHeader(easy, "Transfer-Encoding");
  if (!length || !coding) return false;
  return (length->empty() || ParseLength(*length)) &&
         (coding->empty() || ToLowerAscii(*coding) == "chunked");
}

std::string AnswerHeader(CURL* easy, const char* name) {
  constexpr int kLastRequest = -1;
  curl_header* header = nullptr;
  if (curl_easy_header(easy, name, 0, CURLH_HEADER, kLastRequest, &header) != CURLHE_OK) return {};
  const std::size_t last = header->amount - 1;
  if (last != 0 &&
      curl_easy_header(easy, name, last, CURLH_HEADER, kLastRequest, &header) != CURLHE_OK) {
    return {};
  }
  std::string value = header->value;
  if (value.size() > kMaxValueBytes || !IsPrintable(value)) return {};
  return value;
}

OriginHead ReadOriginHead(CURL* easy) {
  OriginHead head{.content_length = std::nullopt,
                  .etag = AnswerHeader(easy, "ETag"),
                  .content_type = AnswerHeader(easy, "Content-Type")};
  // RFC 9112 §6.3: a transfer coding overrides the length.
  if (AnswerHeader(easy, "Transfer-Encoding").empty()) {
    head.content_length = ParseLength(AnswerHeader(easy, "Content-Length"));
  }
  return head;
}

std::optional<std::chrono::seconds> ReadRetryAfter(CURL* easy) {
  curl_off_t seconds = 0;
  if (curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK || seconds <= 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

}  // namespace image_cache
