#include "native-server/origin/access/origin_url.h"

#include <utility>

#include "native-server/origin/transfer/curl_handles.h"

namespace image_cache {
namespace {

// `global_url` is FetchUrl's: no bucket of its holds the global host before the host itself.
std::string OnRegionalHost(std::string global_url, std::string_view region) {
  constexpr std::string_view kGlobalHost = "s3.amazonaws.com/";
  const std::size_t host = global_url.find(kGlobalHost);
  if (host == std::string::npos) return global_url;
  std::string regional = "s3.";
  regional.append(region).append(region.starts_with("cn-") ? ".amazonaws.com.cn/"
                                                           : ".amazonaws.com/");
  return global_url.replace(host, kGlobalHost.size(), regional);
}

// A space and bytes beyond ASCII cannot stand in a request line: they are escaped, as a browser
// does. Every other byte is sent as it was given.
std::string EscapeUnsendable(std::string_view url) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string escaped;
  escaped.reserve(url.size());
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f) {
      escaped += c;
      continue;
    }
    escaped += '%';
    escaped += kHexDigits[byte >> 4];
    escaped += kHexDigits[byte & 15];
  }
  return escaped;
}

// libcurl parses the URL anew. Where it finds another host than the one that was judged ("127.1" is
// 127.0.0.1 to it), the judgement is worth nothing.
bool CurlReadsHost(const std::string& url, std::string_view host) {
  const CurlUrl parsed(curl_url());
  char* text = nullptr;
  if (parsed == nullptr ||
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(),
                   CURLU_PATH_AS_IS | CURLU_DISALLOW_USER) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK) {
    return false;
  }
  const CurlText owner(text);
  return ToLowerAscii(text) == host;
}

}  // namespace

Result<OriginUrl, OriginError> ResolveOriginUrl(std::string_view url,
                                                const S3Addressing& addressing,
                                                std::string_view region,
                                                const OriginPolicy& policy) {
  auto fetched = FetchUrl(url, addressing);
  if (!fetched) return Fail(OriginError::kInvalidUrl, std::move(fetched).error().detail);

  const bool from_s3_scheme = ToLowerAscii(url.substr(0, 5)) == "s3://";
  if (from_s3_scheme && !addressing.endpoint) {
    std::string regional = OnRegionalHost(*fetched, region);
    if (policy.AllowsUrl(regional)) fetched = std::move(regional);
  }

  const auto parts = SplitUrl(*fetched);
  if (!parts) return Fail(OriginError::kInvalidUrl, parts.error().detail);
  OriginUrl result{.url = EscapeUnsendable(*fetched), .host = ToLowerAscii(parts->host)};
  result.origin = ToLowerAscii(parts->scheme) + "://" + result.host;
  if (parts->port != 0) result.origin += ':' + std::to_string(parts->port);
  if (!policy.AllowsUrl(*fetched)) {
    return Fail(OriginError::kNotAllowed,
                "the origin " + result.host + " is not one that may be fetched from");
  }
  if (!CurlReadsHost(result.url, result.host)) {
    return Fail(OriginError::kNotAllowed,
                "the origin " + result.host + " is not written in its plain form");
  }
  return result;
}

Result<OriginUrl, OriginError> ResolveBucketUrl(std::string_view url,
                                                const S3Addressing& addressing,
                                                std::string_view region,
                                                const OriginPolicy& policy) {
  auto resolved = ResolveOriginUrl(url, addressing, region, policy);
  if (!resolved) return resolved;
  const std::size_t path_begin = resolved->url.find('/', resolved->url.find("://") + 3);
  const std::size_t key = resolved->url.rfind('/', resolved->url.find('?')) + 1;
  resolved->url.erase(key, 1);
  // "/bucket", as AWS's tools write it, and "/" where the bucket is in the host's name.
  if (key - 1 != path_begin) resolved->url.erase(key - 1, 1);
  return resolved;
}

}  // namespace image_cache
