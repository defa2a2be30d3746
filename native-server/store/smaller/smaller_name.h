// What the file of a smaller picture is called: the name of the picture that it was made from, its
// width, what it contains and its type, "0001_1f0c9b2ad3e45567.png.w256.8c1a40d2b7f9e603.jpg". So a
// name never stands for two contents, not even when the same picture is made smaller by another
// version of the library, and whoever reads the file can tell whether it is whole.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shared/paths/image_type.h"
#include "shared/paths/local_path.h"

namespace image_cache {

// In the cache folder.
inline constexpr const char* kSmallerFolder = "smaller";
// Where those of an actor are.
[[nodiscard]] std::string SmallerFolderOf(std::string_view actor_id);

// The first 16 hex digits of the content's SHA-256.
inline constexpr std::size_t kSmallerContentHashDigits = 16;
[[nodiscard]] std::string SmallerContentHash(std::span<const char> bytes);

struct SmallerName {
  LocalPath original;
  int width = 0;                      // in pixels
  ImageType type = ImageType::kJpeg;  // kJpeg or kWebp
  std::string content_hash = {};      // see SmallerContentHash

  [[nodiscard]] std::string FileName() const;
  // Nothing when this program gives no file such a name.
  [[nodiscard]] static std::optional<SmallerName> Parse(std::string_view actor_id,
                                                        std::string_view file_name);
};

}  // namespace image_cache
