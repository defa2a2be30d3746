#include "native-server/api/image_endpoint.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/http/file_response.h"
#include "native-server/http/query.h"

namespace image_cache {
namespace {

constexpr std::string_view kImageLines =
    "Cache-Control: public, max-age=31536000, immutable\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Status: ImageCache; hit\r\n";

// The `path` of the query, or the problem to answer with.
tl::expected<LocalPath, Response> ReadPath(const Request& request) {
  auto parameter = FindQueryParameter(request.query(), "path");
  if (!parameter) return tl::make_unexpected(ToProblem(parameter.error()));
  if (!*parameter) {
    return tl::make_unexpected(
        MakeProblem(kInvalidRequestProblem, "The parameter 'path' is missing."));
  }
  auto path = LocalPath::Parse(**parameter);
  if (!path) return tl::make_unexpected(ToProblem(path.error()));
  return std::move(*path);
}

void Count(const Response& response, const Request& request, Statistics& statistics) {
  if (response.status == 304) {
    statistics.CountNotModified();
  } else if (response.status == 200 || response.status == 206) {
    statistics.CountHit(request.method() == Method::kHead ? 0 : BodyLength(response.body));
  }
}

}  // namespace

Response AnswerImage(const Request& request, Store& store, Statistics& statistics) {
  auto path = ReadPath(request);
  if (!path) return std::move(path.error());
  auto image = store.OpenImage(*path);
  if (!image) {
    if (image.error().code == StoreError::kNotFound) statistics.CountMiss();
    return ToProblem(image.error());
  }
  store.NoteOpened(path->actor_id());
  Response response = MakeFileResponse(request, std::move(image->fd),
                                       {.size_bytes = image->size_bytes,
                                        .modified_s = image->modified_s,
                                        .etag = image->etag,
                                        .content_type = MimeType(image->type),
                                        .header_lines = kImageLines});
  Count(response, request, statistics);
  return response;
}

Response AnswerExists(const Request& request, Store& store) {
  auto path = ReadPath(request);
  if (!path) return std::move(path.error());
  return JsonResponse(200, {{"exists", store.Exists(*path)}});
}

}  // namespace image_cache
