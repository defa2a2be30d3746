// One line of an access log: the words and their escaping. Pure.
//
// Combined is Apache's format, which every log reader knows: client, date, request line, status,
// bytes of the body, Referer, User-Agent. JSON is one object a line, with the time that the answer
// took as well. Whatever a client sends, a line stays one line, and a field one field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace image_cache {

enum class AccessLogFormat { kCombined, kJson };

struct Access {
  std::int64_t time_ms = 0;  // when the request was there, since the Unix epoch
  std::string_view client;   // an address
  std::string_view method;
  std::string_view target;   // without secrets; empty when the request could not be read so far
  std::string_view version;  // "HTTP/1.1"
  int status = 0;
  std::uint64_t body_bytes = 0;   // that were sent
  std::uint64_t duration_us = 0;  // until the last byte was given to the kernel
  bool is_whole = true;  // false: the client left, or the body could not be read to its end
  std::string_view referer;
  std::string_view user_agent;
};

// A longer text is cut off here.
inline constexpr std::size_t kMaxLoggedTextBytes = 2048;

// Appends the line with its newline.
void AppendAccessLine(std::string& text, const Access& access, AccessLogFormat format);

}  // namespace image_cache
