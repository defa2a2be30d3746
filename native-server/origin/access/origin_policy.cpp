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

// An address has no subdomains; a name's last label is never a number.
bool IsAddressLiteral(std::string_view host) {
  return host.ends_with(']') ||
         host.substr(host.rfind('.') + 1).find_first_not_of("0123456789") == host.npos;
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
  pattern.any_address = !pattern.any_subdomain;
  if (pattern.scheme != "http" && pattern.scheme != "https") {
    return Fail(UrlError::kUnsupportedScheme,
                "origin pattern \"" + LoggableUrl(text) + "\" must start with http:// or https://");
  }
  if (pattern.host.ends_with('.') || (pattern.any_subdomain && IsAddressLiteral(pattern.host))) {
    return Fail(UrlError::kInvalid,
                "origin pattern \"" + LoggableUrl(text) +
                    "\" must name a host without a trailing dot, with \"*.\" only before a name");
  }
  const bool bare_path = parts->path.empty() || parts->path == "/";
  if (!bare_path || text.find_first_of("?#") != std::string::npos) {
    return Fail(UrlError::kInvalid,
                "origin pattern \"" + LoggableUrl(text) + "\" must end after the host or port");
  }
  return pattern;
}

Result<OriginPolicy, UrlError> OriginPolicy::Create(const std::vector<std::string>& patterns,
                                                    const std::optional<S3Endpoint>& endpoint) {
  OriginPolicy policy;
  policy.aws_hosts_ = patterns.empty();
  for (const std::string& text : patterns) {
    auto pattern = ParsePattern(text);
    if (!pattern) return tl::make_unexpected(std::move(pattern).error());
    policy.patterns_.push_back(*std::move(pattern));
  }
  if (endpoint) {
    Pattern pattern{.scheme = endpoint->scheme,
                    .host = endpoint->host,
                    .port = endpoint->port,
                    .any_subdomain = false,
                    .any_address = true};
    policy.patterns_.push_back(pattern);
    if (!IsAddressLiteral(endpoint->host)) {
      pattern.any_subdomain = true;  // virtual-host style: the bucket is a label before the host
      policy.patterns_.push_back(std::move(pattern));
    }
  }
  return policy;
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
  if (aws_hosts_ && scheme == "https" && port == kHttpsPort && ParseS3Location(*parts, nullptr)) {
    return true;
  }
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    return pattern.scheme == scheme && pattern.port == port && MatchesHost(pattern, host);
  });
}

bool OriginPolicy::AllowsAddress(std::string_view host, const sockaddr* address) const {
  if (IsPublicAddress(address)) return true;
  if (address == nullptr || (address->sa_family != AF_INET && address->sa_family != AF_INET6)) {
    return false;
  }
  const std::string lower = ToLowerAscii(host);
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    return pattern.any_address && MatchesHost(pattern, lower);
  });
}

}  // namespace image_cache
