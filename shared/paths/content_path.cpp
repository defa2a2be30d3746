#include "shared/paths/content_path.h"

#include <cstddef>

#include "shared/ascii.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

constexpr std::size_t kHexDigits = 16;

// Nothing for other lengths and for upper case, which would not be written again so.
std::optional<std::uint64_t> ParseContentId(std::string_view hex) {
  if (hex.size() != kHexDigits) return std::nullopt;
  std::uint64_t id = 0;
  for (const char c : hex) {
    if (!IsAsciiDigit(c) && (c < 'a' || c > 'f')) return std::nullopt;
    id = id << 4 | static_cast<std::uint64_t>(HexDigitValue(c));
  }
  return id;
}

}  // namespace

std::optional<ContentPath> ParseContentPath(std::string_view local_path,
                                            std::string_view actor_id) {
  const auto skip = [&local_path](std::string_view expected) {
    if (local_path.substr(0, expected.size()) != expected) return false;
    local_path.remove_prefix(expected.size());
    return true;
  };
  if (!skip(kLocalPathPrefix) || !skip(actor_id) || !skip("/") || !skip(actor_id) || !skip("_")) {
    return std::nullopt;
  }
  const auto content_id = ParseContentId(local_path.substr(0, kHexDigits));
  if (!content_id) return std::nullopt;
  local_path.remove_prefix(kHexDigits);
  if (!skip(".")) return std::nullopt;
  const auto type = ImageTypeFromExtension(local_path);
  if (!type || FileExtension(*type) != local_path) return std::nullopt;
  return ContentPath{.content_id = *content_id, .type = *type};
}

void AppendContentPath(std::string_view actor_id, ContentPath path, std::string& text) {
  constexpr char kDigits[] = "0123456789abcdef";
  char hex[kHexDigits];
  for (std::size_t i = 0; i < kHexDigits; ++i) {
    hex[i] = kDigits[path.content_id >> (60 - 4 * i) & 15];
  }
  text.append(kLocalPathPrefix).append(actor_id).append(1, '/').append(actor_id).append(1, '_');
  text.append(hex, kHexDigits).append(1, '.').append(FileExtension(path.type));
}

}  // namespace image_cache
