#include "native-server/api/endpoints/read_through_order.h"

#include <optional>
#include <utility>

#include "native-server/api/endpoints/prefetch_body.h"
#include "native-server/api/problem.h"
#include "native-server/http/message/query.h"
#include "native-server/services/picture_name.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

using Parameter = tl::expected<std::optional<std::string>, Response>;

Parameter ReadParameter(const Request& request, std::string_view name) {
  auto value = FindQueryParameter(request.query(), name);
  if (!value) return tl::make_unexpected(ToProblem(value.error()));
  return std::move(*value);
}

Parameter ReadActorId(const Request& request) {
  auto actor_id = ReadParameter(request, "actor_id");
  if (actor_id && *actor_id && !IsValidActorId(**actor_id)) {
    return tl::make_unexpected(MakeProblem(kInvalidActorIdProblem, kActorIdRule));
  }
  return actor_id;
}

Parameter ReadFilename(const Request& request) {
  auto filename = ReadParameter(request, "filename");
  if (filename && *filename &&
      ((*filename)->size() > kMaxFilenameBytes || !IsReadableName(**filename))) {
    return tl::make_unexpected(MakeProblem(
        kInvalidRequestProblem,
        "filename is longer than 1024 bytes, or not UTF-8 without control characters."));
  }
  return filename;
}

}  // namespace

tl::expected<ReadThroughOrder, Response> ReadThroughOrderOf(const Request& request,
                                                            const FetchService& fetcher) {
  auto path = ReadParameter(request, "path");
  if (!path) return tl::make_unexpected(std::move(path.error()));
  if (*path) {
    return tl::make_unexpected(
        MakeProblem(kInvalidRequestProblem, "Give either 'path' or 'url', not both."));
  }
  auto url = ReadParameter(request, "url");
  if (!url) return tl::make_unexpected(std::move(url.error()));
  auto actor_id = ReadActorId(request);
  if (!actor_id) return tl::make_unexpected(std::move(actor_id.error()));
  auto filename = ReadFilename(request);
  if (!filename) return tl::make_unexpected(std::move(filename.error()));

  // REQUIRES of the caller: there is a `url`; an empty one is no URL.
  std::string s3_url = std::move(*url).value_or("");
  auto key = fetcher.Admit(s3_url);
  if (!key) return tl::make_unexpected(ToProblem(key.error()));
  ReadThroughOrder order{.key = std::move(*key), .request = {}};
  order.request.actor_id = *actor_id ? std::move(**actor_id) : DefaultActorId(order.key);
  order.request.filename =
      *filename && !(*filename)->empty() ? std::move(**filename) : NameFromUrl(s3_url);
  order.request.s3_url = std::move(s3_url);
  order.request.urgency = Urgency::kDemand;
  return order;
}

}  // namespace image_cache
