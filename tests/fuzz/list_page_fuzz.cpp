// Any bytes as a page of a bucket's listing: what is read keeps the page's promises, and reads the
// same when it is written anew.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/origin/listing/list_page.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

// By numbers, so that nothing of what a key holds means anything in XML.
std::string Written(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    escaped += '%';
    escaped += kDigits[byte >> 4];
    escaped += kDigits[byte & 15];
  }
  return escaped;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto page = ParseListPage(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!page) {
    REQUIRE(!page.error().detail.empty());
    return 0;
  }
  REQUIRE(page->objects.size() <= kMaxObjectsPerPage);
  std::string xml =
      "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>";
  for (const ListedObject& object : page->objects) {
    REQUIRE(!object.key.empty());
    REQUIRE(object.etag.empty() || object.etag.ends_with('"'));
    xml += "<Contents><Key>" + Written(object.key) + "</Key><Size>" +
           std::to_string(object.size_bytes) + "</Size></Contents>";
  }
  const auto again = ParseListPage(xml + "</ListBucketResult>");
  REQUIRE(again);
  REQUIRE(again->objects.size() == page->objects.size());
  for (std::size_t i = 0; i < page->objects.size(); ++i) {
    REQUIRE(again->objects[i].key == page->objects[i].key);
    REQUIRE(again->objects[i].size_bytes == page->objects[i].size_bytes);
  }
  return 0;
}
