#include "tests/bench/store/generated_entry.h"

#include <fmt/format.h>

#include "native-server/store/sha256.h"
#include "shared/paths/local_path.h"

namespace image_cache::bench {
namespace {

constexpr std::int64_t kFirstCachedAtMs = 1729176000000;

std::string FileName(std::uint64_t number) {
  return fmt::format("{}_european_{}_female_{:02}.jpg", GeneratedActor(number), 16 + number % 60,
                     number % kPicturesPerActor);
}

Sha256Digest DigestOf(std::string_view text) {
  Sha256 hasher;
  hasher.Update(text);
  return hasher.Finish();
}

}  // namespace

std::string GeneratedActor(std::uint64_t number) {
  return fmt::format("{:06}", number / kPicturesPerActor);
}

std::string GeneratedKey(std::uint64_t number) {
  return fmt::format("https://s3.amazonaws.com/training-europe/actors/{}/{}",
                     GeneratedActor(number), FileName(number));
}

std::string GeneratedContent(std::uint64_t number) {
  std::string content("\xff\xd8\xff\xe0\x00\x10JFIF\x00", 11);
  content += fmt::format(" picture {}", number);
  content.resize(300, 'x');
  return content;
}

Entry GeneratedEntry(std::uint64_t number) {
  const std::string content = GeneratedContent(number);
  const Sha256Digest digest = DigestOf(content);
  const std::string sha256 = ToHex(digest);
  const std::uint64_t id = std::stoull(sha256.substr(0, 16), nullptr, 16);
  return {.s3_url = GeneratedKey(number),
          .local_path = LocalPath::Make(GeneratedActor(number), id, ImageType::kJpeg).text(),
          .actor_id = GeneratedActor(number),
          .filename = FileName(number),
          .etag = "\"" + sha256.substr(0, 32) + "\"",
          .sha256 = sha256,
          .cached_at_ms = kFirstCachedAtMs + static_cast<std::int64_t>(number),
          .size_bytes = content.size()};
}

}  // namespace image_cache::bench
