// Any bytes as what a client sends: a request is the same however its bytes are cut, and it ends
// where a slow reader of RFC 9112 §6 sees it end. Two readers that see two ends are what request
// smuggling lives on.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/http/message/request_parser.h"
#include "shared/ascii.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

struct Reading {
  enum class End { kUnfinished, kRefused, kWhole } end = End::kUnfinished;
  std::size_t bytes = 0;  // of a whole request
  Method method = Method::kOther;
  std::string path, query, host, body;

  friend bool operator==(const Reading&, const Reading&) = default;
};

// Hands over up to `piece_bytes` more at a time, and again what was not taken, as a connection
// does.
Reading Read(std::string_view bytes, std::size_t piece_bytes) {
  static const HttpLimits limits{.body_bytes = 4096};
  Request request;
  RequestParser parser(request, limits);
  Reading reading;
  std::size_t arrived = 0;
  while (arrived < bytes.size()) {
    arrived = std::min(arrived + piece_bytes, bytes.size());
    while (reading.bytes < arrived && !parser.is_done()) {
      boost::beast::error_code error;
      const std::string_view pending = bytes.substr(reading.bytes, arrived - reading.bytes);
      const std::size_t taken =
          parser.put(boost::asio::buffer(pending.data(), pending.size()), error);
      reading.bytes += taken;
      if (error == boost::beast::http::error::need_more) break;
      if (error) return {.end = Reading::End::kRefused};
      if (taken == 0) break;
    }
    if (!parser.is_done()) continue;
    reading.end = Reading::End::kWhole;
    reading.method = request.method();
    reading.path = request.path();
    reading.query = request.query();
    reading.host = request.host();
    reading.body = request.body();
    return reading;
  }
  return {};
}

// The values of a field, looked for in the head's lines.
std::vector<std::string> FieldValues(std::string_view head, std::string_view name) {
  std::vector<std::string> values;
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line + 2)) {
    std::string_view text = head.substr(line + 2);
    text = text.substr(0, text.find("\r\n"));
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !EqualsIgnoringCase(text.substr(0, colon), name))
      continue;
    std::string value(text.substr(colon + 1));
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.erase(0, 1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.pop_back();
    values.push_back(value);
  }
  return values;
}

// Where the chunks end, trailers included; nothing when they are not well formed.
std::optional<std::size_t> EndOfChunks(std::string_view bytes, std::size_t at) {
  for (;;) {
    const std::size_t line_end = bytes.find("\r\n", at);
    if (line_end == std::string_view::npos) return std::nullopt;
    std::string size(bytes.substr(at, line_end - at));
    size = size.substr(0, size.find_first_of("; \t"));
    if (size.empty() || size.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
      return std::nullopt;
    const std::size_t digits = size.find_first_not_of('0');
    if (digits == std::string::npos) break;  // the last chunk
    if (size.size() - digits > 8) return std::nullopt;
    at = line_end + 2 + std::stoul(size, nullptr, 16) + 2;
    if (at > bytes.size()) return std::nullopt;
  }
  // Trailers: lines, up to an empty one.
  for (at = bytes.find("\r\n", at) + 2;;) {
    const std::size_t line_end = bytes.find("\r\n", at);
    if (line_end == std::string_view::npos) return std::nullopt;
    if (line_end == at) return at + 2;
    at = line_end + 2;
  }
}

void EndsWhereItIsSeenToEnd(std::string_view bytes, const Reading& reading) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  REQUIRE(head_end != std::string_view::npos);
  const std::string_view head = bytes.substr(0, head_end + 2);
  REQUIRE(head.find('\0') == std::string_view::npos);
  const auto lengths = FieldValues(head, "Content-Length");
  const auto codings = FieldValues(head, "Transfer-Encoding");
  REQUIRE(lengths.size() + codings.size() <= 1);
  if (!codings.empty()) {
    REQUIRE(EqualsIgnoringCase(codings.front(), "chunked"));
    REQUIRE(EndOfChunks(bytes, head_end + 4) == reading.bytes);
    return;
  }
  std::size_t body_bytes = 0;
  if (!lengths.empty()) {
    REQUIRE(!lengths.front().empty());
    REQUIRE(lengths.front().find_first_not_of("0123456789") == std::string::npos);
    body_bytes = std::stoull(lengths.front());
  }
  REQUIRE(reading.body.size() == body_bytes);
  REQUIRE(reading.bytes == head_end + 4 + body_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Reading at_once = Read(bytes, size + 1);
  for (const std::size_t piece_bytes : {1, 2, 7, 64}) {
    const Reading in_pieces = Read(bytes, piece_bytes);
    // What is not whole may be refused sooner or later, as more or less of it is seen.
    const bool is_whole = at_once.end == Reading::End::kWhole;
    REQUIRE(is_whole == (in_pieces.end == Reading::End::kWhole));
    if (is_whole) REQUIRE(in_pieces == at_once);
  }
  if (at_once.end == Reading::End::kWhole) EndsWhereItIsSeenToEnd(bytes, at_once);
  return 0;
}
