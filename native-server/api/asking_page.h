// Which page a request comes from, by the browser's own words: Origin, Fetch Metadata
// (Sec-Fetch-Site) and Referer, none of which a page can choose.
//
// A GET, and a POST with no body or a form's, is sent for any page of any site without a preflight;
// a WebSocket is opened and read without one. Programs send none of these fields and are not asked.
// Stateless, so thread-safe.
#pragma once

#include "native-server/http/access_policy.h"
#include "native-server/http/message/request.h"

namespace image_cache {

// False for a page of another origin that is not an allowed one, or does not say which it is. Only
// who may ask is let near anything that changes, costs or tells more than a picture.
[[nodiscard]] bool MayAsk(const Request& request, const AccessPolicy& access);

enum class AskingSite { kSame, kAllowed, kForeign };

// The site that the page belongs to: the server's own (also of a program, and of a page on another
// port), another one's with an allowed origin, or any other.
[[nodiscard]] AskingSite SiteOf(const Request& request, const AccessPolicy& access);

}  // namespace image_cache
