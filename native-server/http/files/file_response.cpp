#include "native-server/http/files/file_response.h"

#include <string>
#include <utility>

#include "native-server/http/message/conditional.h"
#include "native-server/http/message/partial_content.h"
#include "native-server/http/message/problem.h"
#include "native-server/http/message/range.h"

namespace image_cache {
namespace {

Body MakeBody(const std::shared_ptr<const ServedFile>& file, std::uint64_t offset,
              std::uint64_t length) {
  if (!file->bytes().empty()) return SharedBytes{file->bytes().substr(offset, length)};
  // The descriptor is the file's, and so lives as long as that.
  return FileSlice{.fd = {file, &file->fd()}, .offset = offset, .length = length};
}

}  // namespace

Response MakeFileResponse(const Request& request, std::shared_ptr<const ServedFile> file) {
  const std::uint64_t size_bytes = file->size_bytes();
  const Validators validators = file->validators();
  // Most requests have neither conditions nor a range.
  const bool is_plain = !request.has_conditions_or_range();
  Response response;
  switch (is_plain ? Precondition::kProceed : EvaluatePreconditions(request, validators)) {
    case Precondition::kFailed:
      return MakeProblem(kPreconditionFailedProblem, "It is another version than the one named.");
    case Precondition::kNotModified:
      response.status = 304;
      response.shared_lines = file->unchanged_lines();
      response.owner = std::move(file);
      return response;
    case Precondition::kProceed:
      break;
  }

  RangeAnswer range;
  // A range says something about a GET only (RFC 9110 §14.2).
  if (!is_plain && request.method() == Method::kGet && RangeStillApplies(request, validators)) {
    range = ParseRange(request.Header("Range"), size_bytes);
  }
  if (range.kind == RangeAnswer::Kind::kUnsatisfiable) return MakeRangeProblem(size_bytes);
  if (range.kind == RangeAnswer::Kind::kPart) {
    response.status = 206;
    response.AddHeader("Content-Range", ContentRange(range, size_bytes));
    response.body = MakeBody(file, range.offset, range.length);
  } else {
    response.body = MakeBody(file, 0, size_bytes);
  }
  response.shared_lines = file->entity_lines();
  response.owner = std::move(file);
  return response;
}

Response MakeFileResponse(const Request& request, UniqueFd fd, const FileDescription& file) {
  return MakeFileResponse(request, std::make_shared<const ServedFile>(std::move(fd), file));
}

}  // namespace image_cache
