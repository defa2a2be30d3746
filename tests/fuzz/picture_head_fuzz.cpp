// Any bytes as a file: what it is and how large does not depend on how its bytes are cut, never has
// more pixels than are allowed, and is told before anybody sees it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "native-server/contents/picture_head.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

constexpr ContentRules kRules{.takes_svg = true, .max_pixels = 1 << 20};

struct Verdict {
  std::optional<ContentError> error;
  std::optional<ImageType> type;
  std::optional<PictureSize> size;

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

Verdict Judge(std::string_view bytes, std::size_t piece_bytes) {
  PictureHead head(kRules);
  std::optional<ImageType> shown;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    if (const auto taken = head.Append(piece); !taken)
      return {.error = taken.error().code, .type = {}, .size = {}};
    if (shown) REQUIRE(head.type() == shown);
    if (head.MayBeShown()) {
      REQUIRE(head.type());
      shown = head.type();
    }
    if (head.size()) REQUIRE(head.size()->pixels() <= kRules.max_pixels);
  }
  const auto type = head.Finish();
  if (!type) {
    REQUIRE(!shown);
    return {.error = type.error().code, .type = {}, .size = {}};
  }
  REQUIRE(!head.type() || *head.type() == *type);
  return {.error = {}, .type = *type, .size = head.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Verdict at_once = Judge(bytes, size + 1);
  for (const std::size_t piece_bytes : {1, 3, 32, 1000})
    REQUIRE(Judge(bytes, piece_bytes) == at_once);
  return 0;
}
