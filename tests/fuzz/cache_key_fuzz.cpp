// Any text as a URL: a key is its own key, whatever the addressing, and names what is fetched.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/keys/cache_key.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

const S3Addressing kAddressings[] = {
    {},
    {.endpoint = *ParseS3Endpoint("http://localhost:4569")},
    {.endpoint = *ParseS3Endpoint("https://s3.eu-west-1.amazonaws.com")},
    {.endpoint = *ParseS3Endpoint("http://minio.local:9000")},
};

bool IsPlainText(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

void Check(std::string_view url, const S3Addressing& addressing) {
  const auto key = MakeCacheKey(url, addressing);
  const auto fetched = FetchUrl(url, addressing);
  if (!key) {
    REQUIRE(!key.error().detail.empty());
    return;
  }
  REQUIRE(SplitUrl(url));
  REQUIRE(key->size() <= kMaxUrlBytes);
  REQUIRE(IsPlainText(*key));
  REQUIRE(key->find('#') == std::string::npos);
  const std::string query = key->substr(std::min(key->find('?'), key->size()));
  REQUIRE(query.rfind("?X-Amz-Signature=", 0) == std::string::npos);
  REQUIRE(query.find("&X-Amz-Signature=") == std::string::npos);

  const auto again = MakeCacheKey(*key, addressing);
  REQUIRE(again);
  REQUIRE(*again == *key);

  // What is signed is the same object.
  const bool has_query = SplitUrl(*key)->query.data() != nullptr;
  const std::string is_signed = *key + (has_query ? "&" : "?") + "X-Amz-Signature=1";
  if (is_signed.size() <= kMaxUrlBytes) REQUIRE(*MakeCacheKey(is_signed, addressing) == *key);

  REQUIRE(fetched);
  if (fetched->size() <= kMaxUrlBytes) REQUIRE(*MakeCacheKey(*fetched, addressing) == *key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view url(reinterpret_cast<const char*>(data), size);
  for (const S3Addressing& addressing : kAddressings) Check(url, addressing);

  // An endpoint that was read can be written and read again, and addresses keys of its own.
  if (const auto endpoint = ParseS3Endpoint(url)) {
    const auto again = ParseS3Endpoint(endpoint->Origin());
    REQUIRE(again);
    REQUIRE(*again == *endpoint);
    Check("s3://bucket/key", {.endpoint = *endpoint});
    Check(endpoint->Origin() + "/bucket/key", {.endpoint = *endpoint});
  }
  return 0;
}
