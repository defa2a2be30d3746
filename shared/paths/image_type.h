// The picture formats that are cached, told by their first bytes and never by their name.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace image_cache {

enum class ImageType { kJpeg, kPng, kGif, kWebp, kAvif, kBmp, kTiff, kJxl, kIco, kSvg };

// How many leading bytes SniffImageType wants to see; fewer are fine when the file is shorter.
inline constexpr std::size_t kSniffBytes = 32;

// Nothing for bytes that are not a picture of a known format. SVG is never told here: it is a
// document that can run scripts, and the server looks for it itself (picture_head.h). Source:
// WHATWG MIME Sniffing §6.1, and each format's own specification.
[[nodiscard]] std::optional<ImageType> SniffImageType(std::string_view head);

[[nodiscard]] std::string_view MimeType(ImageType type);       // "image/jpeg"
[[nodiscard]] std::string_view FileExtension(ImageType type);  // "jpg"

// By extension, in any case; "jpeg" and "tif" are understood too.
[[nodiscard]] std::optional<ImageType> ImageTypeFromExtension(std::string_view extension);

}  // namespace image_cache
