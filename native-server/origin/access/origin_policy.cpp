#include "native-server/origin/access/origin_policy.h"

#include <algorithm>
#include <utility>

#include "native-server/base/logging.h"
#include "native-server/origin/access/special_address.h"

namespace image_cache {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

std::uint16_t PortOf(const UrlParts& parts, std::string_view scheme) {
  if (parts.port != 0) return parts.port;
  return scheme == "https" ? kHttpsPort : 80;
}

// An address in any notation: the last label of a name is never a number (WHATWG URL §3.5), and an
// address has no subdomains.
bool IsAddressLiteral(std::string_view host) {
  if (host.ends_with(']')) return true;
  std::string_view last = host.substr(host.rfind('.') + 1);
  if (!last.starts_with("0x")) return last.find_first_not_of("0123456789") == last.npos;
  last.remove_prefix(2);
  return last.find_first_not_of("0123456789abcdef") == last.npos;
}

std::optional<IpAddress> ParseHost(std::string_view host) {
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return IpAddress::Parse(std::string(host));
}

// RFC 6761 §6.3: what is below "localhost" is this machine, too.
bool IsLocalhost(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

}  // namespace

Result<OriginPolicy::Pattern, UrlError> OriginPolicy::ParsePattern(const std::string& text) {
  constexpr std::string_view kSeparator = "://";
  constexpr std::string_view kWildcard = "*.";
  Pattern pattern;
  std::string plain = text;
  const std::size_t separator = plain.find(kSeparator);
  if (separator != std::string::npos) {
    const std::size_t host = separator + kSeparator.size();
    pattern.any_subdomain = plain.compare(host, kWildcard.size(), kWildcard) == 0;
    if (pattern.any_subdomain) plain.erase(host, kWildcard.size());
  }
  const auto parts = SplitUrl(plain);
  if (!parts) {
    return Fail(parts.error().code,
                "origin pattern \"" + LoggableUrl(text) + "\": " + parts.error().detail);
  }
  pattern.scheme = ToLowerAscii(parts->scheme);
  pattern.host = ToLowerAscii(parts->host);
  pattern.port = PortOf(*parts, pattern.scheme);
  pattern.address = ParseHost(pattern.host);
  if (IsLocalhost(pattern.host) && !pattern.any_subdomain) pattern.reach = Reach::kLoopback;
  if (pattern.scheme != "http" && pattern.scheme != "https") {
    return Fail(UrlError::kUnsupportedScheme,
                "origin pattern \"" + LoggableUrl(text) + "\" must start with http:// or https://");
  }
  if (pattern.host.ends_with('.') || (pattern.any_subdomain && IsAddressLiteral(pattern.host))) {
    return Fail(UrlError::kInvalid,
                "origin pattern \"" + LoggableUrl(text) +
                    "\" must name a host without a trailing dot, with \"*.\" only before a name");
  }
  if (IsAddressLiteral(pattern.host) && !pattern.address) {
    return Fail(UrlError::kInvalid, "origin pattern \"" + LoggableUrl(text) +
                                        "\" must write an address in its usual form, as in "
                                        "http://127.0.0.1 or http://[::1]");
  }
  const bool bare_path = parts->path.empty() || parts->path == "/";
  if (!bare_path || text.find_first_of("?#") != std::string::npos) {
    return Fail(UrlError::kInvalid,
                "origin pattern \"" + LoggableUrl(text) + "\" must end after the host or port");
  }
  return pattern;
}

Result<OriginPolicy, UrlError> OriginPolicy::Create(const std::vector<std::string>& patterns,
                                                    const std::optional<S3Endpoint>& endpoint,
                                                    std::vector<AddressRange> addresses) {
  Rules rules;
  rules.addresses = std::move(addresses);
  rules.aws_hosts = patterns.empty();
  for (const std::string& text : patterns) {
    auto pattern = ParsePattern(text);
    if (!pattern) return tl::make_unexpected(std::move(pattern).error());
    rules.patterns.push_back(*std::move(pattern));
  }
  if (endpoint) {
    Pattern pattern{.scheme = endpoint->scheme,
                    .host = endpoint->host,
                    .port = endpoint->port,
                    .any_subdomain = false,
                    .address = ParseHost(endpoint->host)};
    const bool is_name = !IsAddressLiteral(endpoint->host);
    if (is_name) pattern.reach = Reach::kPrivate;
    rules.patterns.push_back(pattern);
    if (is_name) {
      pattern.any_subdomain = true;  // virtual-host style: the bucket is a label before the host
      rules.patterns.push_back(std::move(pattern));
    }
  }
  return OriginPolicy(std::move(rules));
}

bool OriginPolicy::MatchesHost(const Pattern& pattern, std::string_view host) {
  if (!pattern.any_subdomain) return host == pattern.host;
  return host.size() > pattern.host.size() + 1 && host.ends_with(pattern.host) &&
         host[host.size() - pattern.host.size() - 1] == '.';
}

bool OriginPolicy::AllowsUrl(std::string_view url) const {
  const auto parts = SplitUrl(url);
  if (!parts) return false;
  const std::string scheme = ToLowerAscii(parts->scheme);
  const std::string host = ToLowerAscii(parts->host);
  if ((scheme != "http" && scheme != "https") || host.ends_with('.')) return false;
  const std::uint16_t port = PortOf(*parts, scheme);
  const Rules& rules = rules_.Get();
  if (rules.aws_hosts && scheme == "https" && port == kHttpsPort &&
      ParseS3Location(*parts, nullptr)) {
    return true;
  }
  return std::any_of(rules.patterns.begin(), rules.patterns.end(), [&](const Pattern& pattern) {
    return pattern.scheme == scheme && pattern.port == port && MatchesHost(pattern, host);
  });
}

bool OriginPolicy::Reaches(const Pattern& pattern, const IpAddress& address) {
  if (pattern.address) return address == *pattern.address;
  switch (ScopeOf(address)) {
    case AddressScope::kPublic:
      return true;
    case AddressScope::kLoopback:
      return pattern.reach != Reach::kPublic;
    case AddressScope::kPrivate:
      return pattern.reach == Reach::kPrivate;
    case AddressScope::kSpecial:
      break;
  }
  return false;
}

bool OriginPolicy::AllowsAddress(std::string_view host, const sockaddr* address) const {
  const auto resolved = IpAddress::From(address);
  if (!resolved) return false;
  if (ScopeOf(*resolved) == AddressScope::kPublic) return true;
  const Rules& rules = rules_.Get();
  if (std::any_of(rules.addresses.begin(), rules.addresses.end(),
                  [&](const AddressRange& range) { return range.Contains(*resolved); })) {
    return true;
  }
  const std::string lower = ToLowerAscii(host);
  return std::any_of(rules.patterns.begin(), rules.patterns.end(), [&](const Pattern& pattern) {
    return MatchesHost(pattern, lower) && Reaches(pattern, *resolved);
  });
}

}  // namespace image_cache
