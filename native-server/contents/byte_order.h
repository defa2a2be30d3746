// Numbers as picture files write them.
// REQUIRES of each function: the bytes at `offset` are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace image_cache {

inline std::uint32_t ByteAt(std::string_view bytes, std::size_t offset) {
  return static_cast<unsigned char>(bytes[offset]);
}

inline std::uint32_t BigEndian(std::string_view bytes, std::size_t offset, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8 | ByteAt(bytes, offset + i);
  return number;
}

inline std::uint32_t LittleEndian(std::string_view bytes, std::size_t offset, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = count; i-- > 0;) number = number << 8 | ByteAt(bytes, offset + i);
  return number;
}

}  // namespace image_cache
