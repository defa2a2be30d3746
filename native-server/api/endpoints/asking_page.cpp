#include "native-server/api/endpoints/asking_page.h"

#include <string_view>

namespace image_cache {
namespace {

// "http://localhost:5173/page?x" → "http://localhost:5173", as browsers write it in Origin.
std::string_view OriginOf(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme_end + 3));
}

}  // namespace

bool MayAskForFetch(const Request& request, const AccessPolicy& access) {
  const std::string_view site = request.Header("Sec-Fetch-Site");
  // "none": a person typed the address.
  if (site == "same-origin" || site == "none") return true;
  // An <img> without the attribute crossorigin sends no Origin, but a Referer.
  std::string_view page = request.Header("Origin");
  if (page.empty()) page = OriginOf(request.Header("Referer"));
  if (page.empty()) return site.empty();
  return access.AllowsOrigin(page, request.host());
}

}  // namespace image_cache
