// GET and HEAD /api/cache/image?url=S3_URL[&actor_id=…][&filename=…]: a stored picture from the
// disk, any other while it is downloaded and stored. With `w=` a stored one is shown smaller; one
// that comes from S3 comes as it is, since nobody is to wait for its last byte.
//
// Stateless, so thread-safe.
#pragma once

#include "native-server/api/endpoints/image_endpoint.h"
#include "native-server/http/access_policy.h"
#include "native-server/http/handler.h"
#include "native-server/http/message/request.h"
#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/statistics.h"
#include "native-server/store/store.h"

namespace image_cache {

// What it works with; all of it outlives the answers.
struct ReadThroughParts {
  Store& store;
  ImageEndpoint& images;
  FetchService& fetcher;
  Statistics& statistics;
  const AccessPolicy& access;
  bool server_timing;
};

// Whether the request has a `url`, whatever else it has.
[[nodiscard]] bool IsReadThrough(const Request& request);

// A hit is answered at once: 200, 206, 304; problems: range-not-satisfiable, precondition-failed,
// storage-failed. A miss is answered with the first bytes: 200 or 206, the rest as it comes;
// problems: those of a fetch. Before either: invalid-request, invalid-url, invalid-width,
// invalid-actor-id, origin-not-allowed, cross-origin-refused, and for a miss unauthorized.
// REQUIRES: IsReadThrough(request).
[[nodiscard]] Answer AnswerReadThrough(const Request& request, const ReadThroughParts& parts);

}  // namespace image_cache
