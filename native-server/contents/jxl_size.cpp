#include "native-server/contents/jxl_size.h"

#include <cstddef>
#include <cstdint>

#include "native-server/contents/byte_order.h"

namespace image_cache {
namespace {

constexpr std::string_view kSignature = "\xFF\x0A";

// The lowest bit of a byte comes first.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t Take(std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i, ++at_) {
      if (at_ / 8 >= bytes_.size()) {
        is_short_ = true;
        return 0;
      }
      value |= std::uint64_t{ByteAt(bytes_, at_ / 8) >> at_ % 8 & 1} << i;
    }
    return value;
  }
  // True when more was taken than there was.
  [[nodiscard]] bool is_short() const { return is_short_; }

 private:
  const std::string_view bytes_;
  std::size_t at_ = 0;
  bool is_short_ = false;
};

std::uint64_t TakeSide(Bits& bits, bool is_small) {
  if (is_small) return (bits.Take(5) + 1) * 8;
  constexpr std::size_t kSideBits[] = {9, 13, 18, 30};
  return bits.Take(kSideBits[bits.Take(2)]) + 1;
}

std::uint64_t WidthByRatio(std::uint64_t ratio, std::uint64_t height) {
  struct Fraction {
    std::uint64_t numerator, denominator;
  };
  constexpr Fraction kRatios[] = {{1, 1}, {12, 10}, {4, 3}, {3, 2}, {16, 9}, {5, 4}, {2, 1}};
  const Fraction& fraction = kRatios[ratio - 1];
  return height * fraction.numerator / fraction.denominator;
}

}  // namespace

SizeReading ReadJxlSize(std::string_view head) {
  if (head.size() < kSignature.size()) return SizeReading::NeedsMore();
  if (!head.starts_with(kSignature)) return SizeReading::Unknown();
  Bits bits(head.substr(kSignature.size()));
  const bool is_small = bits.Take(1) == 1;
  const std::uint64_t height = TakeSide(bits, is_small);
  const std::uint64_t ratio = bits.Take(3);
  const std::uint64_t width = ratio == 0 ? TakeSide(bits, is_small) : WidthByRatio(ratio, height);
  return bits.is_short() ? SizeReading::NeedsMore() : SizeReading::Found(width, height);
}

}  // namespace image_cache
