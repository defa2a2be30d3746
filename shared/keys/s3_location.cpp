#include "shared/keys/s3_location.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {
namespace {

// A host of AWS's that serves S3: what is before its service part is the bucket, if anything is.
struct AwsHost {
  std::string bucket;
  std::string region;
  std::string dns_suffix;
};

bool ConsumeSuffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || text.substr(text.size() - suffix.size()) != suffix) {
    return false;
  }
  text.remove_suffix(suffix.size());
  return true;
}

bool ConsumePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Removes the last label, and the dot before it: "a.b.c" gives "c" and leaves "a.b".
std::string_view ConsumeLastLabel(std::string_view& labels) {
  const std::size_t dot = labels.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? labels : labels.substr(dot + 1);
  labels = dot == std::string_view::npos ? std::string_view() : labels.substr(0, dot);
  return last;
}

// "eu-west-1", "us-gov-east-1": by form, so that a region which opens tomorrow is known today.
bool LooksLikeRegion(std::string_view label) {
  const std::size_t last_hyphen = label.rfind('-');
  if (last_hyphen == std::string_view::npos || last_hyphen + 1 == label.size()) return false;
  const std::string_view name = label.substr(0, last_hyphen);
  const std::string_view number = label.substr(last_hyphen + 1);
  return std::all_of(number.begin(), number.end(), IsAsciiDigit) &&
         name.find('-') != std::string_view::npos && IsAsciiAlpha(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsAsciiAlpha(c) || c == '-'; });
}

// The service label of hosts without a region label: "s3" and, from before regions had labels of
// their own, "s3-eu-west-1".
bool IsGlobalServiceLabel(std::string_view label, std::string_view& region) {
  if (label == "s3" || label == "s3-accelerate" || label == "s3-external-1") return true;
  if (!ConsumePrefix(label, "s3-")) return false;
  ConsumePrefix(label, "fips-");
  region = label;
  return LooksLikeRegion(region) && !ConsumePrefix(label, "website-");
}

// REQUIRES: a normalised host. Read from its end, because a bucket's name may hold dots and labels
// such as "s3" itself.
std::optional<AwsHost> ParseAwsHost(std::string_view host) {
  std::string_view dns_suffix;
  for (const std::string_view suffix : {"amazonaws.com", "amazonaws.com.cn"}) {
    if (!ConsumeSuffix(host, suffix)) continue;
    dns_suffix = suffix;
    break;
  }
  if (dns_suffix.empty() || !ConsumeSuffix(host, ".")) return std::nullopt;

  std::string_view region;
  std::string_view label = ConsumeLastLabel(host);
  if (LooksLikeRegion(label)) {
    region = label;
    label = ConsumeLastLabel(host);
    if (label == "dualstack") label = ConsumeLastLabel(host);
    if (label != "s3" && label != "s3-fips") return std::nullopt;
  } else if (label == "dualstack") {
    if (ConsumeLastLabel(host) != "s3-accelerate") return std::nullopt;
  } else if (!IsGlobalServiceLabel(label, region)) {
    return std::nullopt;
  }
  return AwsHost{std::string(host), std::string(region), std::string(dns_suffix)};
}

std::uint16_t DefaultPort(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool IsBucketName(std::string_view name) {
  constexpr std::size_t kMaxBytes =
      255;  // 63 today; buckets of US East from before 2018 go further
  return !name.empty() && name.size() <= kMaxBytes && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsAsciiAlnum(c) || c == '.' || c == '-' || c == '_'; });
}

// Where an object's URL points before its bucket and key are told apart.
struct S3Place {
  std::string bucket;  // empty: it is the first segment of the path
  std::string region;
  std::string dns_suffix;  // empty: on the endpoint
};

// The bucket that stands before the endpoint's host; empty for the host itself.
std::optional<std::string> BucketBeforeEndpoint(std::string_view host, const S3Endpoint& endpoint) {
  if (!ConsumeSuffix(host, endpoint.host)) return std::nullopt;
  if (host.empty()) return std::string();
  if (!ConsumeSuffix(host, ".")) return std::nullopt;
  return std::string(host);
}

std::optional<S3Place> FindPlace(const UrlParts& url, const S3Endpoint* endpoint) {
  const std::string scheme = ToLowerAscii(url.scheme);
  if (scheme == "s3") {
    S3Place place{.bucket = std::string(url.host), .region = {}, .dns_suffix = {}};
    const std::optional<AwsHost> aws =
        endpoint == nullptr ? AwsHost{{}, {}, "amazonaws.com"} : ParseAwsHost(endpoint->host);
    if (aws) {
      place.region = aws->region;
      place.dns_suffix = aws->dns_suffix;
    }
    return place;
  }
  const std::string host = NormalizeHost(url.host);
  const std::uint16_t port = url.port == 0 ? DefaultPort(scheme) : url.port;
  if (std::optional<AwsHost> aws = ParseAwsHost(host)) {
    if (port != DefaultPort(scheme)) return std::nullopt;
    return S3Place{std::move(aws->bucket), std::move(aws->region), std::move(aws->dns_suffix)};
  }
  if (endpoint == nullptr || scheme != endpoint->scheme || port != endpoint->port) {
    return std::nullopt;
  }
  if (std::optional<std::string> bucket = BucketBeforeEndpoint(host, *endpoint)) {
    return S3Place{.bucket = std::move(*bucket), .region = {}, .dns_suffix = {}};
  }
  return std::nullopt;
}

}  // namespace

std::string S3Endpoint::Origin() const {
  std::string origin = scheme + "://" + host;
  if (port != DefaultPort(scheme)) origin += ':' + std::to_string(port);
  return origin;
}

Result<S3Endpoint, UrlError> ParseS3Endpoint(std::string_view url) {
  const Result<UrlParts, UrlError> parts = SplitUrl(url);
  if (!parts) return tl::make_unexpected(parts.error());
  std::string scheme = ToLowerAscii(parts->scheme);
  if (scheme == "s3") {
    return Fail(UrlError::kUnsupportedScheme, "the S3 endpoint is not an http or https URL");
  }
  if ((!parts->path.empty() && parts->path != "/") ||
      url.find_first_of("?#") != std::string_view::npos) {
    return Fail(UrlError::kInvalid, "the S3 endpoint has a path or a query");
  }
  const std::uint16_t port = parts->port == 0 ? DefaultPort(scheme) : parts->port;
  std::string host = NormalizeHost(parts->host);
  const std::optional<AwsHost> aws = ParseAwsHost(host);
  if (aws && (!aws->bucket.empty() || port != DefaultPort(scheme))) {
    return Fail(UrlError::kInvalid, "the S3 endpoint names a bucket or port of AWS's");
  }
  return S3Endpoint{std::move(scheme), std::move(host), port};
}

std::optional<S3Location> ParseS3Location(const UrlParts& url, const S3Endpoint* endpoint) {
  std::optional<S3Place> place = FindPlace(url, endpoint);
  if (!place || url.path.empty()) return std::nullopt;

  // Unreserved characters first, so that an escaped one in the bucket's name is no other bucket;
  // '/' stays escaped until the bucket is off.
  const std::string path = NormalizePercentEncoding(url.path.substr(1));
  std::string_view key = path;
  if (place->bucket.empty()) {
    const std::size_t slash = key.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    place->bucket = key.substr(0, slash);
    key.remove_prefix(slash + 1);
  }
  if (!IsBucketName(place->bucket) || key.empty()) return std::nullopt;
  return S3Location{.bucket = std::move(place->bucket),
                    .key = NormalizeObjectKey(key),
                    .region = std::move(place->region),
                    .on_endpoint = place->dns_suffix.empty(),
                    .dns_suffix = std::move(place->dns_suffix)};
}

bool IsS3Url(const UrlParts& url, const S3Endpoint* endpoint) {
  return FindPlace(url, endpoint).has_value();
}

}  // namespace image_cache
