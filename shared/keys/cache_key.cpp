#include "shared/keys/cache_key.h"

#include <algorithm>
#include <array>

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr std::string_view kGovCloudRegions = "us-gov-";

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

const S3Endpoint* EndpointOf(const S3Addressing& addressing) {
  return addressing.endpoint ? &*addressing.endpoint : nullptr;
}

// One origin for all hosts of a partition, which share their buckets' names.
std::string PartitionOrigin(const S3Location& location) {
  const std::string_view region =
      StartsWith(location.region, kGovCloudRegions) ? "us-gov-west-1." : "";
  return "https://s3." + std::string(region) + location.dns_suffix;
}

// Without the signing parameters and the empty ones; with the '?', or empty.
std::string QueryOfKey(std::string_view query) {
  std::string kept;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (parameter.empty()) continue;
    const std::string_view name = parameter.substr(0, parameter.find('='));
    const bool is_escaped = name.find('%') != std::string_view::npos;
    if (is_escaped ? IsSigningParameter(PercentDecode(name)) : IsSigningParameter(name)) continue;
    kept += kept.empty() ? '?' : '&';
    kept += NormalizePercentEncoding(parameter);
  }
  return kept;
}

std::string OrdinaryOriginAndPath(const UrlParts& url) {
  const std::string scheme = ToLowerAscii(url.scheme);
  std::string text = scheme + "://" + NormalizeHost(url.host);
  const std::uint16_t default_port = scheme == "https" ? 443 : 80;
  if (url.port != 0 && url.port != default_port) text += ':' + std::to_string(url.port);
  text += url.path.empty() ? "/" : NormalizePercentEncoding(url.path);
  return text;
}

// RFC 1035 labels, and one of them only: a certificate for "*.s3.amazonaws.com" covers no more.
bool FitsBeforeHost(std::string_view bucket) {
  constexpr std::size_t kMaxLabelBytes = 63;
  return bucket.size() <= kMaxLabelBytes && bucket.front() != '-' && bucket.back() != '-' &&
         std::all_of(bucket.begin(), bucket.end(),
                     [](char c) { return IsAsciiDigit(c) || c == '-' || (c >= 'a' && c <= 'z'); });
}

// False for an address (an IPv6 one ends in ']', an IPv4 one in a number, as no name does) and for
// names that a resolver seldom knows names below of: localhost, a container's.
bool HasNamesBelow(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || host.back() == ']') return false;
  const std::string_view last_label = host.substr(dot + 1);
  return last_label != "localhost" &&
         !std::all_of(last_label.begin(), last_label.end(), IsAsciiDigit);
}

std::string ObjectUrl(const S3Location& location, const S3Addressing& addressing) {
  S3Endpoint service = addressing.endpoint.value_or(S3Endpoint{"https", "s3.amazonaws.com", 443});
  if (addressing.path_style || !FitsBeforeHost(location.bucket) || !HasNamesBelow(service.host)) {
    return service.Origin() + '/' + location.bucket + '/' + location.key;
  }
  service.host.insert(0, location.bucket + '.');
  return service.Origin() + '/' + location.key;
}

auto NoObject() { return Fail(UrlError::kInvalid, "the S3 URL does not name an object"); }

}  // namespace

Result<std::string, UrlError> MakeCacheKey(std::string_view url, const S3Addressing& addressing) {
  const Result<UrlParts, UrlError> parts = SplitUrl(url);
  if (!parts) return tl::make_unexpected(parts.error());

  const S3Endpoint* endpoint = EndpointOf(addressing);
  std::string key;
  if (const std::optional<S3Location> location = ParseS3Location(*parts, endpoint)) {
    key = location->on_endpoint ? endpoint->Origin() : PartitionOrigin(*location);
    key += '/' + location->bucket + '/' + location->key;
  } else if (IsS3Url(*parts, endpoint)) {
    return NoObject();
  } else {
    key = OrdinaryOriginAndPath(*parts);
  }
  key += QueryOfKey(parts->query);
  // Escaping may have made it longer than what it was made from.
  if (key.size() > kMaxUrlBytes) return Fail(UrlError::kTooLong, "the URL's cache key is too long");
  return key;
}

bool IsSigningParameter(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames = {"AWSAccessKeyId", "Signature",   "Expires",
                                                      "x-id",           "Key-Pair-Id", "Policy"};
  constexpr std::string_view kSigV4Prefix = "x-amz-";
  const auto equal_in_lower_case = [](char lower, char c) { return lower == ToAsciiLower(c); };
  return (name.size() >= kSigV4Prefix.size() && std::equal(kSigV4Prefix.begin(), kSigV4Prefix.end(),
                                                           name.begin(), equal_in_lower_case)) ||
         StartsWith(name, "response-") ||
         std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Result<std::string, UrlError> FetchUrl(std::string_view url, const S3Addressing& addressing) {
  const Result<UrlParts, UrlError> parts = SplitUrl(url);
  if (!parts) return tl::make_unexpected(parts.error());
  if (ToLowerAscii(parts->scheme) != "s3") return std::string(url);

  const std::optional<S3Location> location = ParseS3Location(*parts, EndpointOf(addressing));
  if (!location) return NoObject();
  std::string fetched = ObjectUrl(*location, addressing);
  if (!parts->query.empty()) fetched += '?' + NormalizePercentEncoding(parts->query);
  return fetched;
}

}  // namespace image_cache
