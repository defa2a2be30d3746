// The Range request header for one resource of known size (RFC 9110 §14.2).
#pragma once

#include <cstdint>
#include <string_view>

namespace image_cache {

struct RangeAnswer {
  enum class Kind {
    kWhole,          // 200: no range, another unit, or several ranges at once
    kPart,           // 206: `length` bytes from `offset`
    kUnsatisfiable,  // 416: outside the resource, or not a range at all
  };
  Kind kind = Kind::kWhole;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  friend bool operator==(const RangeAnswer&, const RangeAnswer&) = default;
};

// `header` is the field's value, empty when there is none. Several ranges in one request are
// answered with everything, which RFC 9110 §14.2 allows: pictures are not read in pieces.
[[nodiscard]] RangeAnswer ParseRange(std::string_view header, std::uint64_t size_bytes);

}  // namespace image_cache
