// Any bytes as a list of pictures for `image-cache warm`: the pieces that are taken keep the limits
// of what a server takes, all pictures are in one, and what is refused is said in one line.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "native-server/cli/warm/list_reader.h"
#include "shared/paths/actor_id.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

void RequireRefusal(const Failure& failure) {
  REQUIRE(failure.exit_code == kExitFailed || failure.exit_code == kExitUsage);
  REQUIRE(!failure.message.empty());
  REQUIRE(OneLine(failure.message) == failure.message);
}

void CheckPiece(const PrefetchOrder& piece) {
  REQUIRE(IsValidActorId(piece.actor_id));
  REQUIRE(!piece.images.empty() && piece.images.size() <= kImagesInPiece);
  for (const auto& image : piece.images) {
    REQUIRE(image.s3_url.find_first_of(std::string("\n\t")) == std::string::npos);
  }
}

void Check(const std::string& bytes, const std::string& actor_id) {
  auto source = ReadList(std::make_shared<std::istringstream>(bytes),
                         {.name = "input", .actor_id = actor_id, .addressing = {}});
  if (!source) return RequireRefusal(source.error());
  std::size_t images = 0;
  for (;;) {
    const auto pieces = (*source)->Next();
    if (!pieces) return RequireRefusal(pieces.error());
    if (pieces->empty()) break;
    for (const PrefetchOrder& piece : *pieces) {
      CheckPiece(piece);
      images += piece.images.size();
    }
  }
  // A line or an object of JSON each.
  REQUIRE(images <= bytes.size());
  if (const auto total = (*source)->Total()) REQUIRE(*total == images);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Check(bytes, "");
  Check(bytes, "0001");
  return 0;
}
