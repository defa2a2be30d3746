#include "native-server/http/message/request_rules.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {
namespace {

bool IsPort(std::string_view text) {
  constexpr std::size_t kMaxDigits = 5;
  return text.size() <= kMaxDigits && std::all_of(text.begin(), text.end(), IsAsciiDigit);
}

bool IsIpv6Letter(char c) { return HexDigitValue(c) >= 0 || c == ':' || c == '.'; }

bool IsNameLetter(char c) {
  return IsAsciiAlnum(c) || c == '.' || c == '-' || c == '_' || c == '~';
}

}  // namespace

bool IsHostAndPort(std::string_view text) {
  const bool has_brackets = text.substr(0, 1) == "[";
  const std::size_t end = has_brackets ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return false;
  const std::string_view host = text.substr(has_brackets ? 1 : 0, end - (has_brackets ? 1 : 0));
  const std::string_view rest = text.substr(has_brackets ? end + 1 : end);
  return !host.empty() &&
         std::all_of(host.begin(), host.end(), has_brackets ? IsIpv6Letter : IsNameLetter) &&
         (rest.empty() || (rest.front() == ':' && IsPort(rest.substr(1))));
}

bool IsContentLength(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), IsAsciiDigit);
}

bool IsChunked(std::string_view transfer_encoding) {
  return EqualsIgnoringCase(transfer_encoding, "chunked");
}

// Beast gives a folded value from a buffer of its own, or from the further line: never from where
// the value of a single line begins.
bool IsFolded(std::string_view name, std::string_view value) {
  const char* begin = name.data() + name.size() + 1;
  while (*begin == ' ' || *begin == '\t') ++begin;
  return begin != value.data();
}

bool IsChunkExtension(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return IsAsciiControl(c) && c != '\t'; });
}

}  // namespace image_cache
