#include "shared/keys/url.h"

#include <algorithm>
#include <optional>

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr bool IsHostCharacter(char c) {
  return IsAsciiAlnum(c) || c == '-' || c == '_' || c == '.';
}

// Labels without an empty one among them; one dot may follow the last.
bool IsHostName(std::string_view host) {
  if (host.empty() || host.front() == '.') return false;
  return std::all_of(host.begin(), host.end(), IsHostCharacter) &&
         host.find("..") == std::string_view::npos;
}

// Not whether it is an address, which is the resolver's to say: whether its end is where it seems.
bool IsIpv6Literal(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
  const std::string_view address = host.substr(1, host.size() - 2);
  return std::all_of(address.begin(), address.end(),
                     [](char c) { return HexDigitValue(c) >= 0 || c == ':' || c == '.'; }) &&
         std::count(address.begin(), address.end(), ':') >= 2;
}

std::optional<std::uint16_t> ParsePort(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    if (!IsAsciiDigit(c)) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 65535) return std::nullopt;
  }
  if (value == 0) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

// RFC 3986 §3.1: the letters before the first ':'. Nothing when there is no scheme.
std::optional<std::string_view> FindScheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0 || !IsAsciiAlpha(url.front())) return {};
  const std::string_view scheme = url.substr(0, colon);
  const bool valid = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return IsAsciiAlnum(c) || c == '+' || c == '-' || c == '.';
  });
  return valid ? std::optional(scheme) : std::nullopt;
}

// Cuts `text` at the first of `delimiters`; the rest begins with it, or is empty.
std::string_view CutBefore(std::string_view& text, std::string_view delimiters) {
  const std::size_t end = std::min(text.find_first_of(delimiters), text.size());
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(end);
  return head;
}

Result<void, UrlError> SplitAuthority(std::string_view authority, bool is_s3, UrlParts& parts) {
  if (authority.find('@') != std::string_view::npos) {
    return Fail(UrlError::kHasCredentials, "the URL holds a user name or password");
  }
  // The ':' before a port; those within an IPv6 literal are before its bracket.
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parts.host = authority.substr(0, colon);
  if (!IsHostName(parts.host) && (is_s3 || !IsIpv6Literal(parts.host))) {
    return Fail(UrlError::kInvalid,
                is_s3 ? "the URL has no valid bucket name" : "the URL has no valid host name");
  }
  if (colon == std::string_view::npos) return {};
  const std::string_view digits = authority.substr(colon + 1);
  if (is_s3) return Fail(UrlError::kInvalid, "an s3 URL has no port");
  if (digits.empty()) return {};  // RFC 3986 §3.2.3: "http://host:" means the default port
  const std::optional<std::uint16_t> port = ParsePort(digits);
  if (!port) return Fail(UrlError::kInvalid, "the URL has no valid port");
  parts.port = *port;
  return {};
}

}  // namespace

Result<UrlParts, UrlError> SplitUrl(std::string_view url) {
  if (url.size() > kMaxUrlBytes) {
    return Fail(UrlError::kTooLong,
                "the URL is longer than " + std::to_string(kMaxUrlBytes) + " bytes");
  }
  if (std::any_of(url.begin(), url.end(), IsAsciiControl)) {
    return Fail(UrlError::kInvalid, "the URL holds a control character");
  }
  UrlParts parts;
  const std::optional<std::string_view> scheme = FindScheme(url);
  if (!scheme) return Fail(UrlError::kInvalid, "the URL has no scheme");
  parts.scheme = *scheme;
  const std::string known_scheme = ToLowerAscii(parts.scheme);
  const bool is_s3 = known_scheme == "s3";
  if (!is_s3 && known_scheme != "http" && known_scheme != "https") {
    return Fail(UrlError::kUnsupportedScheme, "the URL is not an http, https or s3 one");
  }

  std::string_view rest = url.substr(parts.scheme.size() + 1);
  if (rest.substr(0, 2) != "//") return Fail(UrlError::kInvalid, "the URL has no host");
  rest.remove_prefix(2);
  const Result<void, UrlError> authority = SplitAuthority(CutBefore(rest, "/?#"), is_s3, parts);
  if (!authority) return tl::make_unexpected(authority.error());

  parts.path = CutBefore(rest, "?#");
  if (!rest.empty() && rest.front() == '?') {
    rest.remove_prefix(1);
    parts.query = rest.substr(0, rest.find('#'));  // find: a signed query is long
  }
  if (!HasOnlyWholeEscapes(parts.path) || !HasOnlyWholeEscapes(parts.query)) {
    return Fail(UrlError::kInvalid, "the URL holds a '%' that is not followed by two hex digits");
  }
  return parts;
}

std::string NormalizeHost(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return ToLowerAscii(host);
}

std::string ToLowerAscii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToAsciiLower);
  return lower;
}

}  // namespace image_cache
