// What an answer to a Range says besides the bytes (RFC 9110 §14.4, §15.5.17).
#pragma once

#include <cstdint>
#include <string>

#include "native-server/http/message/range.h"
#include "native-server/http/message/response.h"

namespace image_cache {

// The Content-Range of a 206: "bytes 0-99/1000". REQUIRES: the range is a part.
[[nodiscard]] std::string ContentRange(const RangeAnswer& range, std::uint64_t size_bytes);

// 416, with the size that a client should have known.
[[nodiscard]] Response MakeRangeProblem(std::uint64_t size_bytes);

}  // namespace image_cache
