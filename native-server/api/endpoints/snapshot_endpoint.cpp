#include "native-server/api/endpoints/snapshot_endpoint.h"

#include <memory>
#include <string>
#include <utility>

#include "native-server/api/endpoints/representation.h"
#include "native-server/http/message/accept.h"
#include "native-server/http/message/conditional.h"
#include "native-server/http/message/query.h"

namespace image_cache {
namespace {

constexpr std::string_view kMediaType = "application/vnd.image-cache.snapshot";

}  // namespace

bool SnapshotEndpoint::IsWanted(const Request& request) {
  const std::string_view accept = request.Header("Accept");
  if (!NamesMediaType(accept, kMediaType)) return false;
  const auto actor_id = FindQueryParameter(request.query(), "actor_id");
  return actor_id && !*actor_id &&
         QualityOf(accept, kMediaType) >= QualityOf(accept, "application/json");
}

Task<Response> SnapshotEndpoint::Answer(const Request& request) {
  // Who has it already is told so without its being made.
  if (request.has_conditions_or_range() && !store_.IsRemoved()) {
    Representation current{.body = {}, .etag = store_.SnapshotEtag()};
    const Validators validators{.etag = current.etag, .modified_s = std::nullopt};
    if (EvaluatePreconditions(request, validators) == Precondition::kNotModified) {
      co_return AnswerWith(request, current);
    }
  }
  const auto snapshot = co_await thread_.Run([this] { return store_.Snapshot(); });
  co_return AnswerWith(
      request, {.body = snapshot->bytes, .etag = snapshot->etag, .content_type = kMediaType});
}

}  // namespace image_cache
