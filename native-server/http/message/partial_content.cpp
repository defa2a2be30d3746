#include "native-server/http/message/partial_content.h"

#include "native-server/http/message/problem.h"

namespace image_cache {

std::string ContentRange(const RangeAnswer& range, std::uint64_t size_bytes) {
  return "bytes " + std::to_string(range.offset) + "-" +
         std::to_string(range.offset + range.length - 1) + "/" + std::to_string(size_bytes);
}

Response MakeRangeProblem(std::uint64_t size_bytes) {
  Response response = MakeProblem(
      kRangeProblem, "It has " + std::to_string(size_bytes) + " bytes, counted from 0.");
  response.AddHeader("Content-Range", "bytes */" + std::to_string(size_bytes));
  return response;
}

}  // namespace image_cache
