// Any text as the body of a prefetch: what is taken keeps the contract's limits and reads the same
// when it is written anew; what is refused says why without saying it back.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "native-server/api/endpoints/prefetch_body.h"
#include "shared/paths/actor_id.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

std::string Written(const PrefetchBody& body) {
  nlohmann::json images = nlohmann::json::array();
  for (const auto& image : body.order.images) {
    images.push_back({{"s3_url", image.s3_url}, {"filename", image.filename}});
  }
  return nlohmann::json{{"actor_id", body.order.actor_id},
                        {"priority", PriorityName(body.order.priority)},
                        {"wait", body.wait},
                        {"images", images}}
      .dump();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = ParsePrefetchBody(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!body) {
    constexpr std::size_t kLongestDetailBytes = 120;
    REQUIRE(!body.error().detail.empty());
    REQUIRE(body.error().detail.size() <= kLongestDetailBytes);
    return 0;
  }
  REQUIRE(IsValidActorId(body->order.actor_id));
  REQUIRE(body->order.images.size() <= kMaxImagesInPrefetch);
  for (const auto& image : body->order.images) REQUIRE(image.filename.size() <= kMaxFilenameBytes);

  const std::string text = Written(*body);
  const auto again = ParsePrefetchBody(text);
  REQUIRE(again);
  REQUIRE(Written(*again) == text);
  return 0;
}
