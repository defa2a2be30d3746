#include "native-server/origin/access/request_signing.h"

#include <optional>

#include "native-server/origin/access/sigv4.h"
#include "shared/keys/s3_location.h"
#include "shared/keys/url.h"

namespace image_cache {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool HasParameter(std::string_view query, std::string_view lower_case_name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (ToLowerAscii(PercentDecode(parameter.substr(0, parameter.find('=')))) == lower_case_name) {
      return true;
    }
  }
  return false;
}

// As libcurl writes the Host header: the port only when it is not the scheme's.
std::string HostHeader(const UrlParts& parts) {
  const std::uint16_t usual = ToLowerAscii(parts.scheme) == "https" ? kHttpsPort : kHttpPort;
  std::string host(parts.host);
  if (parts.port != 0 && parts.port != usual) host += ':' + std::to_string(parts.port);
  return host;
}

// A bucket's own URL, which a listing asks for, is signed as its objects' are. The service's, which
// has no bucket, is in no location.
std::optional<S3Location> LocationOf(UrlParts parts, const S3Endpoint* endpoint) {
  if (auto object = ParseS3Location(parts, endpoint)) return object;
  std::string path(parts.path);
  path += path.ends_with('/') ? "-" : "/-";
  parts.path = path;
  return ParseS3Location(parts, endpoint);
}

bool MaySign(const UrlParts& parts, const S3Location& location) {
  if (location.on_endpoint) return true;
  return ToLowerAscii(parts.scheme) == "https" && (parts.port == 0 || parts.port == kHttpsPort);
}

}  // namespace

bool IsPresigned(std::string_view query) {
  if (HasParameter(query, "x-amz-signature")) return true;
  return HasParameter(query, "signature") &&
         (HasParameter(query, "awsaccesskeyid") || HasParameter(query, "key-pair-id"));
}

std::vector<std::string> SigningHeaders(std::string_view url, const S3Addressing& addressing,
                                        CredentialsProvider& credentials, std::int64_t now_ms) {
  const auto parts = SplitUrl(url);
  if (!parts || IsPresigned(parts->query)) return {};
  const S3Endpoint* endpoint = addressing.endpoint ? &*addressing.endpoint : nullptr;
  const std::optional<S3Location> location = LocationOf(*parts, endpoint);
  if (!location || !MaySign(*parts, *location)) return {};
  const std::optional<Credentials> keys = credentials.Get();
  if (!keys) return {};

  SigV4Request request{.path = parts->path, .query = parts->query, .headers = {}};
  if (!location->on_endpoint) request.plus_in_path = PlusInPath::kBlank;
  request.headers["host"] = HostHeader(*parts);
  request.headers["x-amz-content-sha256"] = kUnsignedPayload;
  request.headers["x-amz-date"] = AmzDate(now_ms);
  if (!keys->session_token.empty()) request.headers["x-amz-security-token"] = keys->session_token;

  const std::string region = location->region.empty() ? credentials.Region() : location->region;
  std::vector<std::string> lines;
  for (const auto& [name, value] : request.headers) lines.push_back(name + ": " + value);
  lines.push_back("Authorization: " + SigV4Authorization(request, *keys, region));
  return lines;
}

}  // namespace image_cache
