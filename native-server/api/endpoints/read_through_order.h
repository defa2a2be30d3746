// What a read-through request asks for.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/services/fetch/fetch_service.h"

namespace image_cache {

struct ReadThroughOrder {
  std::string key;
  FetchRequest request;
};

// From `url`, `actor_id` and `filename` of the query, or the problem to answer with:
// invalid-request, invalid-url, invalid-actor-id, origin-not-allowed. Without an actor id the
// picture is filed under the folder that holds the object, as the web package does.
[[nodiscard]] tl::expected<ReadThroughOrder, Response> ReadThroughOrderOf(
    const Request& request, const FetchService& fetcher);

}  // namespace image_cache
