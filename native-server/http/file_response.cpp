#include "native-server/http/file_response.h"

#include <string>
#include <utility>

#include "native-server/http/conditional.h"
#include "native-server/http/date.h"
#include "native-server/http/problem.h"
#include "native-server/http/range.h"

namespace image_cache {
namespace {

// Enough for all lines of an answer: one allocation.
constexpr std::size_t kUsualLinesBytes = 512;

Response MakeRangeProblem(std::uint64_t size_bytes) {
  Response response = MakeProblem(
      kRangeProblem, "It has " + std::to_string(size_bytes) + " bytes, counted from 0.");
  response.AddHeader("Content-Range", "bytes */" + std::to_string(size_bytes));
  return response;
}

std::string ContentRange(const RangeAnswer& range, std::uint64_t size_bytes) {
  return "bytes " + std::to_string(range.offset) + "-" +
         std::to_string(range.offset + range.length - 1) + "/" + std::to_string(size_bytes);
}

}  // namespace

Response MakeFileResponse(const Request& request, UniqueFd fd, const FileDescription& file) {
  const Validators validators{.etag = file.etag, .modified_s = file.modified_s};
  Response response;
  response.header_lines.reserve(kUsualLinesBytes);
  switch (EvaluatePreconditions(request, validators)) {
    case Precondition::kFailed:
      return MakeProblem(kPreconditionFailedProblem, "It is another version than the one named.");
    case Precondition::kNotModified:
      response.status = 304;
      break;
    case Precondition::kProceed:
      break;
  }

  if (response.status == 200) {
    RangeAnswer range;
    // A range says something about a GET only (RFC 9110 §14.2).
    if (request.method() == Method::kGet && RangeStillApplies(request, validators)) {
      range = ParseRange(request.Header("Range"), file.size_bytes);
    }
    if (range.kind == RangeAnswer::Kind::kUnsatisfiable) return MakeRangeProblem(file.size_bytes);
    FileSlice slice{.fd = std::move(fd), .offset = 0, .length = file.size_bytes};
    if (range.kind == RangeAnswer::Kind::kPart) {
      response.status = 206;
      response.AddHeader("Content-Range", ContentRange(range, file.size_bytes));
      slice.offset = range.offset;
      slice.length = range.length;
    }
    response.AddHeader("Content-Type", file.content_type);
    response.AddLines("Accept-Ranges: bytes\r\n");
    response.body = std::move(slice);
  }
  response.AddHeader("ETag", file.etag);
  response.AddHeader("Last-Modified", FormatHttpDate(file.modified_s));
  response.AddLines(file.header_lines);
  return response;
}

}  // namespace image_cache
