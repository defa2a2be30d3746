// What differs between the paths of one actor's pictures, when LocalPath::Make has named them: 64
// bits of the content and the type. Pure; the path is made from them again, equal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/paths/image_type.h"

namespace image_cache {

struct ContentPath {
  std::uint64_t content_id = 0;
  ImageType type = ImageType::kJpeg;
};

// Nothing when LocalPath::Make does not give this path for this actor.
[[nodiscard]] std::optional<ContentPath> ParseContentPath(std::string_view local_path,
                                                          std::string_view actor_id);

// ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg", behind what `text` holds.
void AppendContentPath(std::string_view actor_id, ContentPath path, std::string& text);

}  // namespace image_cache
