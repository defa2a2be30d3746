// Whether a request that makes the server fetch something comes from a page that may ask for it.
//
// A GET is sent by any page that holds an <img>, without a preflight, so for the one GET that is
// more than reading the browser's own words about the page are asked for: Fetch Metadata
// (Sec-Fetch-Site), Origin and Referer. Programs send none of them and are not asked.
#pragma once

#include "native-server/http/access_policy.h"
#include "native-server/http/message/request.h"

namespace image_cache {

// False for a page of another site, unless it is of an allowed origin and says so.
[[nodiscard]] bool MayAskForFetch(const Request& request, const AccessPolicy& access);

}  // namespace image_cache
