// What the file of a smaller picture is called: the name of the picture that it was made from, its
// width and its type, "0001_1f0c9b2ad3e45567.png.w256.jpg". So its name changes with the content,
// as a picture's does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/paths/image_type.h"
#include "shared/paths/local_path.h"

namespace image_cache {

struct SmallerName {
  LocalPath original;
  int width = 0;                      // in pixels
  ImageType type = ImageType::kJpeg;  // kJpeg or kWebp

  [[nodiscard]] std::string FileName() const;
  // Nothing when this program gives no file such a name.
  [[nodiscard]] static std::optional<SmallerName> Parse(std::string_view actor_id,
                                                        std::string_view file_name);
};

}  // namespace image_cache
