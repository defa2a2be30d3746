#include "shared/paths/local_path.h"

#include <algorithm>
#include <optional>

#include "shared/ascii.h"
#include "shared/paths/actor_id.h"
#include "shared/paths/content_path.h"

namespace image_cache {
namespace {

constexpr std::size_t kMaxFileNameBytes = 200;

bool IsFileNameCharacter(char c) { return IsAsciiAlnum(c) || c == '.' || c == '_' || c == '-'; }

std::optional<ImageType> TypeOfFileName(std::string_view name) {
  if (name.empty() || name.size() > kMaxFileNameBytes || name.front() == '.' ||
      !std::all_of(name.begin(), name.end(), IsFileNameCharacter)) {
    return std::nullopt;
  }
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return ImageTypeFromExtension(name.substr(dot + 1));
}

auto NotALocalPath() {
  return Fail(PathError::kInvalid,
              "a local path is .image-cache/images/<actor id>/<file name of a picture>");
}

}  // namespace

Result<LocalPath, PathError> LocalPath::Parse(std::string_view text) {
  if (text.substr(0, kLocalPathPrefix.size()) != kLocalPathPrefix) return NotALocalPath();
  const std::string_view below = text.substr(kLocalPathPrefix.size());
  const std::size_t slash = below.find('/');
  if (slash == std::string_view::npos || !IsValidActorId(below.substr(0, slash))) {
    return NotALocalPath();
  }
  // A further '/' is no character of a file name, so there are exactly two segments.
  const std::optional<ImageType> type = TypeOfFileName(below.substr(slash + 1));
  if (!type) return NotALocalPath();
  return LocalPath(std::string(text), *type);
}

LocalPath LocalPath::Make(std::string_view actor_id, std::uint64_t content_id, ImageType type) {
  std::string text;
  AppendContentPath(actor_id, {.content_id = content_id, .type = type}, text);
  return LocalPath(std::move(text), type);
}

std::string_view LocalPath::actor_id() const { return relative().substr(0, relative().find('/')); }

std::string_view LocalPath::file_name() const {
  return relative().substr(relative().find('/') + 1);
}

std::string_view LocalPath::relative() const {
  return std::string_view(text_).substr(kLocalPathPrefix.size());
}

}  // namespace image_cache
