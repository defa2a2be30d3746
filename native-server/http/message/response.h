// One HTTP answer, as a handler makes it. The connection adds Date, Content-Length and Connection,
// leaves the body out for HEAD, and sends a file with sendfile(2).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "native-server/base/growing_file.h"
#include "native-server/base/unique_fd.h"

namespace image_cache {

// Some bytes of an open file, sent without passing through this process.
struct FileSlice {
  std::shared_ptr<const UniqueFd> fd;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// Some bytes in memory that belong to the response's owner.
struct SharedBytes {
  std::string_view bytes;
};

// Some bytes of a file that is still being written, sent as they come. Without a length it is
// everything from `offset` on, in chunks (HTTP/1.1) or when the file is whole (HTTP/1.0). Should
// the file fail, the connection is closed before the answer is complete, which the client notices.
struct GrowingSlice {
  std::shared_ptr<GrowingFile> file;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length = {};
};

using Body = std::variant<std::string, std::shared_ptr<const std::string>, SharedBytes, FileSlice,
                          GrowingSlice>;

// Nothing when it is not known yet.
[[nodiscard]] std::optional<std::uint64_t> KnownLength(const Body& body);
// REQUIRES: it is known.
[[nodiscard]] std::uint64_t BodyLength(const Body& body);

struct WebSocketUpgrade;  // http/websocket/upgrade.h

struct Response {
  int status = 200;
  std::string header_lines;  // "Name: value\r\n" each
  Body body;
  bool close = false;  // the connection is closed behind this answer
  // Pages of other sites may show it (Cross-Origin-Resource-Policy); else only the same site's may.
  bool for_other_sites = false;
  // Further lines, made once for many answers, and what they and the body's shared bytes lie in.
  std::string_view shared_lines;
  std::shared_ptr<const void> owner;
  // Not null: the connection goes on as a WebSocket, and the rest of this is not sent.
  std::shared_ptr<WebSocketUpgrade> upgrade;

  // REQUIRES: neither holds a CR or an LF.
  void AddHeader(std::string_view name, std::string_view value);
  // Lines that were put together before: one append instead of many.
  void AddLines(std::string_view lines) { header_lines.append(lines); }
  // For tests and logs.
  [[nodiscard]] std::optional<std::string_view> FindHeader(std::string_view name) const;
};

[[nodiscard]] Response TextResponse(int status, std::string_view content_type, std::string body);

// "OK", "Not Found" …; empty for a status this server never sends.
[[nodiscard]] std::string_view ReasonPhrase(int status);

// 1xx, 204 and 304 have no body and no Content-Length (RFC 9110 §6.4.1, §8.6).
[[nodiscard]] constexpr bool StatusHasBody(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace image_cache
