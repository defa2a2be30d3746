// Any bytes as the head of a file: the answer is steady, and never that markup is a picture.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shared/paths/image_type.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto type = SniffImageType(bytes.substr(0, kSniffBytes));
  REQUIRE(SniffImageType(bytes) == type);
  for (std::size_t length = 0; length < bytes.size() && length < kSniffBytes; ++length) {
    const auto early = SniffImageType(bytes.substr(0, length));
    REQUIRE(!early || early == type);
  }
  if (!type) return 0;
  REQUIRE(bytes.front() != '<' && bytes.front() != ' ' && bytes.front() != '\n');
  REQUIRE(ImageTypeFromExtension(FileExtension(*type)) == type);
  REQUIRE(MimeType(*type).substr(0, 6) == "image/");
  return 0;
}
