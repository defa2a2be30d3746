#include "native-server/contents/fixed_size.h"

#include <cstdint>

#include "native-server/contents/byte_order.h"

namespace image_cache {
namespace {

// Of a lossy frame: three bytes of tag, then a start code, then 14 bits each (RFC 6386 §9.1).
SizeReading ReadVp8(std::string_view head) {
  constexpr std::size_t kStartCode = 23, kWidth = 26, kHeight = 28, kEnd = 30;
  constexpr std::uint32_t kSideBits = 0x3FFF;
  if (head.size() < kEnd) return SizeReading::NeedsMore();
  if (head.substr(kStartCode, 3) != "\x9D\x01\x2A") return SizeReading::Unknown();
  return SizeReading::Found(LittleEndian(head, kWidth, 2) & kSideBits,
                            LittleEndian(head, kHeight, 2) & kSideBits);
}

// Of a lossless one: a signature byte, then 14 bits each, less one.
SizeReading ReadVp8l(std::string_view head) {
  constexpr std::size_t kSignature = 20, kSides = 21, kEnd = 25;
  constexpr std::uint32_t kSideBits = 0x3FFF;
  if (head.size() < kEnd) return SizeReading::NeedsMore();
  if (ByteAt(head, kSignature) != 0x2F) return SizeReading::Unknown();
  const std::uint32_t sides = LittleEndian(head, kSides, 4);
  return SizeReading::Found((sides & kSideBits) + 1, (sides >> 14 & kSideBits) + 1);
}

// Of the extended form: the canvas, 24 bits each, less one. No frame may be larger.
SizeReading ReadVp8x(std::string_view head) {
  constexpr std::size_t kWidth = 24, kHeight = 27, kEnd = 30;
  if (head.size() < kEnd) return SizeReading::NeedsMore();
  return SizeReading::Found(std::uint64_t{LittleEndian(head, kWidth, 3)} + 1,
                            std::uint64_t{LittleEndian(head, kHeight, 3)} + 1);
}

}  // namespace

SizeReading ReadPngSize(std::string_view head) {
  constexpr std::size_t kChunkName = 12, kWidth = 16, kHeight = 20, kEnd = 24;
  if (head.size() < kEnd) return SizeReading::NeedsMore();
  if (head.substr(kChunkName, 4) != "IHDR") return SizeReading::Unknown();
  return SizeReading::Found(BigEndian(head, kWidth, 4), BigEndian(head, kHeight, 4));
}

SizeReading ReadGifSize(std::string_view head) {
  constexpr std::size_t kWidth = 6, kHeight = 8, kEnd = 10;
  if (head.size() < kEnd) return SizeReading::NeedsMore();
  return SizeReading::Found(LittleEndian(head, kWidth, 2), LittleEndian(head, kHeight, 2));
}

SizeReading ReadWebpSize(std::string_view head) {
  constexpr std::size_t kVariant = 15;
  if (head.size() <= kVariant) return SizeReading::NeedsMore();
  switch (head[kVariant]) {
    case ' ':
      return ReadVp8(head);
    case 'L':
      return ReadVp8l(head);
    case 'X':
      return ReadVp8x(head);
    default:
      return SizeReading::Unknown();
  }
}

SizeReading ReadBmpSize(std::string_view head) {
  constexpr std::size_t kHeaderSize = 14, kSides = 18;
  constexpr std::uint32_t kOldHeaderSize = 12;  // of OS/2, with 16 bits for each side
  if (head.size() < kSides) return SizeReading::NeedsMore();
  const std::size_t side_bytes = LittleEndian(head, kHeaderSize, 4) == kOldHeaderSize ? 2 : 4;
  if (head.size() < kSides + 2 * side_bytes) return SizeReading::NeedsMore();
  const std::uint32_t width = LittleEndian(head, kSides, side_bytes);
  const std::uint32_t height = LittleEndian(head, kSides + side_bytes, side_bytes);
  // A height below zero means that the first row is the top one.
  const bool is_top_down = side_bytes == 4 && height > 0x7FFFFFFF;
  return SizeReading::Found(width, is_top_down ? ~height + std::uint64_t{1} : height);
}

}  // namespace image_cache
