#include "native-server/http/access_log/access_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <iterator>

namespace image_cache {
namespace {

std::tm UtcOf(std::int64_t time_ms) {
  return fmt::gmtime(static_cast<std::time_t>(time_ms / 1000));
}

// As Apache and nginx do it: \x and two digits for what is not printable ASCII, a quote or a
// backslash.
void AppendEscaped(std::string& text, std::string_view field) {
  if (field.empty()) field = "-";
  for (const char c : field.substr(0, kMaxLoggedTextBytes)) {
    if (c >= ' ' && c < '\x7f' && c != '"' && c != '\\') {
      text.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(text), "\\x{:02X}", static_cast<unsigned char>(c));
    }
  }
}

// Bytes are taken for Latin-1, as the header of an HTTP message once was: so any of them is JSON.
void AppendJson(std::string& text, std::string_view name, std::string_view field) {
  if (field.empty()) return;
  fmt::format_to(std::back_inserter(text), R"(,"{}":")", name);
  for (const char c : field.substr(0, kMaxLoggedTextBytes)) {
    if (c >= ' ' && c < '\x7f' && c != '"' && c != '\\') {
      text.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<unsigned char>(c));
    }
  }
  text.push_back('"');
}

void AppendCombined(std::string& text, const Access& access) {
  AppendEscaped(text, access.client);
  fmt::format_to(std::back_inserter(text), " - - [{:%d/%b/%Y:%H:%M:%S} +0000] \"",
                 UtcOf(access.time_ms));
  if (access.target.empty()) {
    text.push_back('-');
  } else {
    AppendEscaped(text, access.method);
    text.push_back(' ');
    AppendEscaped(text, access.target);
    fmt::format_to(std::back_inserter(text), " {}", access.version);
  }
  fmt::format_to(std::back_inserter(text), "\" {} {} \"", access.status, access.body_bytes);
  AppendEscaped(text, access.referer);
  text += "\" \"";
  AppendEscaped(text, access.user_agent);
  text += "\"\n";
}

void AppendObject(std::string& text, const Access& access) {
  fmt::format_to(std::back_inserter(text), R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z")",
                 UtcOf(access.time_ms), access.time_ms % 1000);
  AppendJson(text, "client", access.client);
  AppendJson(text, "method", access.method);
  AppendJson(text, "target", access.target);
  AppendJson(text, "version", access.version);
  fmt::format_to(std::back_inserter(text),
                 R"(,"status":{},"bytes":{},"duration_ms":{}.{:03},"whole":{})", access.status,
                 access.body_bytes, access.duration_us / 1000, access.duration_us % 1000,
                 access.is_whole);
  AppendJson(text, "referer", access.referer);
  AppendJson(text, "user_agent", access.user_agent);
  text += "}\n";
}

}  // namespace

void AppendAccessLine(std::string& text, const Access& access, AccessLogFormat format) {
  if (format == AccessLogFormat::kJson) {
    AppendObject(text, access);
  } else {
    AppendCombined(text, access);
  }
}

}  // namespace image_cache
