#include "native-server/contents/box_size.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "native-server/contents/byte_order.h"
#include "native-server/contents/jxl_size.h"

namespace image_cache {
namespace {

constexpr std::size_t kVersionAndFlags = 4;  // that a "full" box has before its content

// The boxes of a file or of a box, one after the other. `bytes` may end early.
class Boxes {
 public:
  explicit Boxes(std::string_view bytes) : rest_(bytes) {}

  // Goes to the next; false at the end, which may come too early, and at what is no box.
  bool Next() {
    constexpr std::size_t kShortHead = 8, kLongHead = 16;
    if (rest_.size() < kShortHead) return false;
    name_ = rest_.substr(4, 4);
    std::uint64_t size = BigEndian(rest_, 0, 4);
    std::size_t head = kShortHead;
    if (size == 1) {  // 64 bits behind the name
      if (rest_.size() < kLongHead) return false;
      size = std::uint64_t{BigEndian(rest_, 8, 4)} << 32 | BigEndian(rest_, 12, 4);
      head = kLongHead;
    } else if (size == 0) {  // up to the end of the file
      size = ~std::uint64_t{0};
    }
    if (size < head) return false;
    is_whole_ = size <= rest_.size();
    content_ = rest_.substr(head, size - head);
    rest_.remove_prefix(is_whole_ ? static_cast<std::size_t>(size) : rest_.size());
    return true;
  }

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::string_view content() const { return content_; }
  [[nodiscard]] bool is_whole() const { return is_whole_; }

 private:
  std::string_view rest_;
  std::string_view name_;
  std::string_view content_;
  bool is_whole_ = false;
};

struct Found {
  std::string_view content;
  bool is_whole = false;
};

std::optional<Found> Find(std::string_view bytes, std::string_view name) {
  for (Boxes boxes(bytes); boxes.Next();) {
    if (boxes.name() == name) return Found{boxes.content(), boxes.is_whole()};
  }
  return std::nullopt;
}

SizeReading LargestOf(std::string_view properties) {
  constexpr std::size_t kWidth = kVersionAndFlags, kHeight = kWidth + 4, kEnd = kHeight + 4;
  SizeReading largest = SizeReading::Unknown();
  for (Boxes boxes(properties); boxes.Next();) {
    if (boxes.name() != "ispe" || boxes.content().size() < kEnd) continue;
    const auto size = SizeReading::Found(BigEndian(boxes.content(), kWidth, 4),
                                         BigEndian(boxes.content(), kHeight, 4));
    if (largest.outcome != SizeReading::Outcome::kFound ||
        size.size.pixels() > largest.size.pixels()) {
      largest = size;
    }
  }
  return largest;
}

}  // namespace

SizeReading ReadAvifSize(std::string_view head) {
  const auto meta = Find(head, "meta");
  if (!meta) return SizeReading::NeedsMore();
  if (meta->content.size() < kVersionAndFlags) return SizeReading::NeedsMore();
  const auto properties = Find(meta->content.substr(kVersionAndFlags), "iprp");
  const auto container = properties ? Find(properties->content, "ipco") : std::nullopt;
  if (container && container->is_whole) return LargestOf(container->content);
  return meta->is_whole ? SizeReading::Unknown() : SizeReading::NeedsMore();
}

SizeReading ReadBoxedJxlSize(std::string_view head) {
  constexpr std::size_t kPartNumber = 4;
  if (const auto whole = Find(head, "jxlc")) return ReadJxlSize(whole->content);
  const auto part = Find(head, "jxlp");
  if (!part || part->content.size() < kPartNumber) return SizeReading::NeedsMore();
  return ReadJxlSize(part->content.substr(kPartNumber));
}

}  // namespace image_cache
