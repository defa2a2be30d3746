#include "native-server/store/smaller/smaller_name.h"

#include <charconv>
#include <system_error>
#include <utility>

#include "native-server/store/sha256.h"

namespace image_cache {

std::string SmallerFolderOf(std::string_view actor_id) {
  return std::string(kSmallerFolder).append("/").append(actor_id);
}

std::string SmallerContentHash(std::span<const char> bytes) {
  return ToHex(Sha256Of({bytes.data(), bytes.size()})).substr(0, kSmallerContentHashDigits);
}

std::string SmallerName::FileName() const {
  return std::string(original.file_name())
      .append(".w")
      .append(std::to_string(width))
      .append(".")
      .append(content_hash)
      .append(".")
      .append(FileExtension(type));
}

std::optional<SmallerName> SmallerName::Parse(std::string_view actor_id,
                                              std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto type = ImageTypeFromExtension(file_name.substr(dot + 1));
  if (type != ImageType::kJpeg && type != ImageType::kWebp) return std::nullopt;
  const std::string_view without_type = file_name.substr(0, dot);
  const std::size_t hash_dot = without_type.rfind('.');
  if (hash_dot == std::string_view::npos) return std::nullopt;
  const std::string_view hash = without_type.substr(hash_dot + 1);
  if (hash.size() != kSmallerContentHashDigits ||
      hash.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view without_hash = without_type.substr(0, hash_dot);
  const std::size_t mark = without_hash.rfind(".w");
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view digits = without_hash.substr(mark + 2);
  int width = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), width);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  auto original = LocalPath::Parse(std::string(kLocalPathPrefix)
                                       .append(actor_id)
                                       .append("/")
                                       .append(without_hash.substr(0, mark)));
  if (!original) return std::nullopt;
  SmallerName name{.original = std::move(*original),
                   .width = width,
                   .type = *type,
                   .content_hash = std::string(hash)};
  // Every spelling but ours is somebody else's: "007", "JPEG".
  if (width <= 0 || name.FileName() != file_name) return std::nullopt;
  return name;
}

}  // namespace image_cache
