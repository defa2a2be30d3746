#include "native-server/api/asking_page.h"

#include <string_view>

namespace image_cache {
namespace {

constexpr std::string_view kSite = "Sec-Fetch-Site";
constexpr std::string_view kOrigin = "Origin";

// "http://localhost:5173/page?x" → "http://localhost:5173", as browsers write it in Origin.
std::string_view OriginOf(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme_end + 3));
}

// Empty when the browser keeps it to itself.
std::string_view PageOf(const Request& request) {
  if (request.HasHeader(kOrigin)) return request.Header(kOrigin);
  // An <img> without the attribute crossorigin sends no Origin, but a Referer.
  return OriginOf(request.Header("Referer"));
}

}  // namespace

bool MayAsk(const Request& request, const AccessPolicy& access) {
  const std::string_view site = request.Header(kSite);
  if (!request.HasHeader(kOrigin)) {
    // "none": a person typed the address. "same-site" is another port or subdomain: another's page.
    if (site == "same-origin" || site == "none") return true;
    if (!request.HasHeader("Referer")) return site.empty();
  }
  return access.AllowsOrigin(PageOf(request), request.host());
}

AskingSite SiteOf(const Request& request, const AccessPolicy& access) {
  const std::string_view site = request.Header(kSite);
  if (!site.empty() && site != "cross-site") return AskingSite::kSame;
  const std::string_view page = PageOf(request);
  // A browser that reaches this server neither by HTTPS nor as localhost says nothing of the site.
  if (site.empty() && (page.empty() || AccessPolicy::IsSameOrigin(page, request.host()))) {
    return AskingSite::kSame;
  }
  return access.AllowsOrigin(page, request.host()) ? AskingSite::kAllowed : AskingSite::kForeign;
}

}  // namespace image_cache
