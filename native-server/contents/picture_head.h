// What a file is, told by its first bytes as they come: whether it is a picture that is taken, and
// whether it is small enough to be decoded by who gets it.
//
// Owned by whoever writes the file; used by one thread at a time. Reads untrusted bytes and keeps
// at most kMaxKeptHeadBytes of them. A picture's size is looked for in PNG, GIF, WebP, BMP, JPEG,
// AVIF and JPEG XL. An ICO has at most 256 × 256; a TIFF says its size anywhere, and what shows
// TIFFs has bounds of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "native-server/contents/jpeg_size.h"
#include "native-server/contents/picture_size.h"
#include "shared/paths/image_type.h"
#include "shared/result.h"

namespace image_cache {

// What a picture must be to be taken.
struct ContentRules {
  bool takes_svg = false;  // a document that can run scripts: only for who serves it sandboxed
  std::uint64_t max_pixels = std::uint64_t{1} << 28;  // width × height
};

enum class ContentError {
  kNotAPicture,
  kTooManyPixels,
};

// How far an AVIF or a JPEG XL is searched for its size, and how much of a file with metadata in
// front may be read by others before its size is known.
inline constexpr std::size_t kMaxKeptHeadBytes = 16 << 10;
inline constexpr std::uint64_t kMaxUnmeasuredBytes = 64 << 10;

class PictureHead {
 public:
  explicit PictureHead(const ContentRules& rules) : rules_(rules) {}

  // The bytes that follow those before, from the file's very first on. After an error it can only
  // be destroyed. Errors: those above, as soon as the bytes tell.
  [[nodiscard]] Result<void, ContentError> Append(std::string_view bytes);

  // What it is; nothing while the bytes tell nothing.
  [[nodiscard]] std::optional<ImageType> type() const { return type_; }
  // Nothing while it is not known, and when it never will be.
  [[nodiscard]] std::optional<PictureSize> size() const;
  // Whether others may see it by now: its type is told, and its size if that can be had early.
  [[nodiscard]] bool MayBeShown() const;

  // When nothing more comes. Errors: kNotAPicture.
  [[nodiscard]] Result<ImageType, ContentError> Finish() const;

 private:
  [[nodiscard]] Result<void, ContentError> Tell();
  [[nodiscard]] Result<void, ContentError> Measure(std::string_view bytes);
  [[nodiscard]] SizeReading ReadSize(std::string_view bytes);

  const ContentRules rules_;
  std::string kept_;  // the first bytes, while they are needed
  std::uint64_t seen_bytes_ = 0;
  std::optional<ImageType> type_;
  SizeReading reading_ = SizeReading::NeedsMore();
  JpegSizeReader jpeg_;
};

}  // namespace image_cache
