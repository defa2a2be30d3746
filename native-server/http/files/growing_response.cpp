#include "native-server/http/files/growing_response.h"

#include <optional>
#include <utility>

#include "native-server/http/message/partial_content.h"
#include "native-server/http/message/range.h"

namespace image_cache {

Response MakeGrowingResponse(const Request& request, std::shared_ptr<GrowingFile> file,
                             std::string_view content_type, std::string_view header_lines) {
  const std::optional<std::uint64_t> size_bytes = file->total_bytes();
  RangeAnswer range;
  // A range says something about a GET only (RFC 9110 §14.2), and one with If-Range about a version
  // that this is not known to be.
  if (size_bytes && request.method() == Method::kGet && !request.HasHeader("If-Range")) {
    range = ParseRange(request.Header("Range"), *size_bytes);
  }
  if (range.kind == RangeAnswer::Kind::kUnsatisfiable) return MakeRangeProblem(*size_bytes);

  Response response;
  GrowingSlice slice{.file = std::move(file), .offset = 0, .length = size_bytes};
  if (range.kind == RangeAnswer::Kind::kPart) {
    response.status = 206;
    response.AddHeader("Content-Range", ContentRange(range, *size_bytes));
    slice.offset = range.offset;
    slice.length = range.length;
  }
  response.AddHeader("Content-Type", content_type);
  response.AddLines("Accept-Ranges: bytes\r\n");
  response.AddLines(header_lines);
  response.body = std::move(slice);
  return response;
}

}  // namespace image_cache
