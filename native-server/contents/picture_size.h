// How large a picture becomes when somebody decodes it. Plain values.
#pragma once

#include <cstdint>

namespace image_cache {

struct PictureSize {
  std::uint64_t width = 0;
  std::uint64_t height = 0;

  // Each side is at most 32 bits wide, so this never overflows.
  [[nodiscard]] std::uint64_t pixels() const { return width * height; }
  friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

// What the first bytes of a picture say of its size.
struct SizeReading {
  enum class Outcome {
    kNeedsMore,  // the bytes end before it is said
    kFound,
    kUnknown,  // it is not said where it should be: no decoder would find it either
  };
  Outcome outcome = Outcome::kUnknown;
  PictureSize size;

  static SizeReading NeedsMore() { return {.outcome = Outcome::kNeedsMore, .size = {}}; }
  static SizeReading Unknown() { return {}; }
  static SizeReading Found(std::uint64_t width, std::uint64_t height) {
    return {.outcome = Outcome::kFound, .size = {.width = width, .height = height}};
  }
};

}  // namespace image_cache
