// Any text as a URL: three readers agree on which server it names. What is judged here must be what
// libcurl connects to and what others would take it for, or the judgement is worth nothing.
#include <curl/curl.h>

#include <boost/url/parse.hpp>
#include <boost/url/src.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "native-server/origin/access/origin_url.h"
#include "shared/keys/url.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

namespace urls = boost::urls;

struct CurlFree {
  void operator()(char* text) const { curl_free(text); }
};
struct CurlUrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// Every host is allowed by name; what is left to refuse is a URL that can be read in two ways.
const OriginPolicy& AnyHost() {
  static const OriginPolicy policy =
      OriginPolicy::Create({"http://*.example", "https://*.example", "http://127.0.0.1",
                            "http://[::1]", "https://*.com"},
                           std::nullopt)
          .value();
  return policy;
}

std::string CurlPart(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  REQUIRE(curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK);
  return std::unique_ptr<char, CurlFree>(text).get();
}

// RFC 3986 as Boost reads it. It refuses characters that browsers send ('|', '^', '"', beyond
// ASCII), and IPv6 literals that are none; then it has no say.
void AgreesWithBoost(std::string_view url, const UrlParts& parts) {
  const auto parsed = urls::parse_uri(url);
  if (!parsed) return;
  // Boost 1.81 ends the host of "http://1.0.0.10x/" behind the digits and takes "x/" for its path,
  // which no path behind a host may be: RFC 3986 §3.3 wants it to begin with '/'.
  const std::string_view path(parsed->encoded_path().data(), parsed->encoded_path().size());
  if (parsed->host_type() == urls::host_type::ipv4 && !path.empty() && path.front() != '/') return;
  REQUIRE(!parsed->has_userinfo());
  REQUIRE(parsed->scheme() == urls::string_view(parts.scheme.data(), parts.scheme.size()));
  REQUIRE(parsed->encoded_host() == urls::string_view(parts.host.data(), parts.host.size()));
  REQUIRE(parsed->port_number() == parts.port || parsed->port().empty());
  REQUIRE(parsed->encoded_path() == urls::string_view(parts.path.data(), parts.path.size()));
  REQUIRE(parsed->encoded_query() == urls::string_view(parts.query.data(), parts.query.size()));
}

void AgreesWithCurl(std::string_view text) {
  const auto target = ResolveOriginUrl(text, {}, "us-east-1", AnyHost());
  if (!target) return;
  const std::unique_ptr<CURLU, CurlUrlFree> parsed(curl_url());
  REQUIRE(curl_url_set(parsed.get(), CURLUPART_URL, target->url.c_str(),
                       CURLU_PATH_AS_IS | CURLU_DISALLOW_USER) == CURLUE_OK);
  REQUIRE(CurlPart(parsed.get(), CURLUPART_HOST) == target->host ||
          ToLowerAscii(CurlPart(parsed.get(), CURLUPART_HOST)) == target->host);
  const std::string scheme = CurlPart(parsed.get(), CURLUPART_SCHEME);
  REQUIRE(scheme == "http" || scheme == "https");
  const std::string port = CurlPart(parsed.get(), CURLUPART_PORT);
  const std::string origin = scheme + "://" + target->host;
  const std::string usual_port = scheme == "http" ? "80" : "443";
  REQUIRE(target->origin == origin + ":" + port ||
          (target->origin == origin && port == usual_port));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view url(reinterpret_cast<const char*>(data), size);
  if (const auto parts = SplitUrl(url)) AgreesWithBoost(url, *parts);
  AgreesWithCurl(url);
  return 0;
}
