#include "native-server/http/message/response_head.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "native-server/http/message/date.h"

namespace image_cache {
namespace {

// Of every answer, whoever has made it: its type is what it says (Fetch standard, §3.6), and no
// page of another site takes it into its process (§3.7), unless the answer says so.
constexpr std::string_view kSameSiteLines =
    "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-site\r\n";
constexpr std::string_view kAnySiteLines =
    "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: cross-origin\r\n";

void AppendNumber(std::string& text, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

}  // namespace

void WriteHead(const Response& response, HeadOptions options, std::string& head) {
  head.assign("HTTP/1.1 ");
  AppendNumber(head, static_cast<std::uint64_t>(response.status));
  head.append(" ").append(ReasonPhrase(response.status)).append("\r\nDate: ");
  head.append(CurrentHttpDate()).append("\r\n");
  if (StatusHasBody(response.status)) {
    if (const auto length = KnownLength(response.body)) {
      head.append("Content-Length: ");
      AppendNumber(head, *length);
      head.append("\r\n");
    } else {
      head.append("Transfer-Encoding: chunked\r\n");
    }
  }
  head.append(response.for_other_sites ? kAnySiteLines : kSameSiteLines);
  head.append(response.header_lines).append(response.shared_lines);
  if (!options.keep_alive) {
    head.append("Connection: close\r\n");
  } else if (options.is_http_1_0) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
}

}  // namespace image_cache
