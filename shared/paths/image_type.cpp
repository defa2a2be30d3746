#include "shared/paths/image_type.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "shared/ascii.h"

namespace image_cache {
namespace {

using std::string_view_literals::operator""sv;

struct Format {
  ImageType type;
  std::string_view mime_type;
  std::string_view extension;        // the one that is written
  std::string_view other_extension;  // one that is read as well, or empty
};

constexpr Format kFormats[] = {
    {ImageType::kJpeg, "image/jpeg", "jpg", "jpeg"}, {ImageType::kPng, "image/png", "png", ""},
    {ImageType::kGif, "image/gif", "gif", ""},       {ImageType::kWebp, "image/webp", "webp", ""},
    {ImageType::kAvif, "image/avif", "avif", ""},    {ImageType::kBmp, "image/bmp", "bmp", ""},
    {ImageType::kTiff, "image/tiff", "tiff", "tif"}, {ImageType::kJxl, "image/jxl", "jxl", ""},
    {ImageType::kIco, "image/x-icon", "ico", ""},    {ImageType::kSvg, "image/svg+xml", "svg", ""},
};

// Signatures that stand at the very beginning and say it all.
struct Signature {
  ImageType type;
  std::string_view bytes;
};

constexpr Signature kSignatures[] = {
    {ImageType::kJpeg, "\xFF\xD8\xFF"sv},
    {ImageType::kPng, "\x89PNG\r\n\x1A\n"sv},
    {ImageType::kGif, "GIF87a"sv},
    {ImageType::kGif, "GIF89a"sv},
    {ImageType::kTiff, "II\x2A\0"sv},
    {ImageType::kTiff, "MM\0\x2A"sv},
    {ImageType::kTiff, "II\x2B\0"sv},  // BigTIFF
    {ImageType::kTiff, "MM\0\x2B"sv},
    {ImageType::kJxl, "\xFF\x0A"sv},
    {ImageType::kJxl, "\0\0\0\x0CJXL \r\n\x87\n"sv},
};

const Format& FormatOf(ImageType type) {
  return *std::find_if(std::begin(kFormats), std::end(kFormats),
                       [type](const Format& format) { return format.type == type; });
}

bool HasAt(std::string_view head, std::size_t offset, std::string_view bytes) {
  return head.size() >= offset + bytes.size() && head.substr(offset, bytes.size()) == bytes;
}

std::uint32_t ByteAt(std::string_view head, std::size_t offset) {
  return static_cast<unsigned char>(head[offset]);
}

bool IsWebp(std::string_view head) { return HasAt(head, 0, "RIFF") && HasAt(head, 8, "WEBPVP8"); }

// "BM" alone begins many a text, so the size of the header that follows must be one of BMP's too.
bool IsBmp(std::string_view head) {
  constexpr std::uint32_t kHeaderSizes[] = {12, 16, 40, 52, 56, 64, 108, 124};
  constexpr std::size_t kHeaderSizeOffset = 14;
  if (!HasAt(head, 0, "BM") || head.size() < kHeaderSizeOffset + 4) return false;
  std::uint32_t header_size = 0;
  for (std::size_t i = 4; i-- > 0;) {
    header_size = header_size << 8 | ByteAt(head, kHeaderSizeOffset + i);
  }
  return std::find(std::begin(kHeaderSizes), std::end(kHeaderSizes), header_size) !=
         std::end(kHeaderSizes);
}

// ISO BMFF: a first box "ftyp" that names the brand, as the major one or among the compatible ones
// (a still that is also HEIF has "mif1" first).
bool IsAvif(std::string_view head) {
  constexpr std::size_t kBrandBytes = 4, kMajorBrand = 8, kCompatibleBrands = 16;
  constexpr std::uint32_t kMaxBoxBytes = 0xFFFF;  // any text before "ftyp" would say gigabytes
  if (!HasAt(head, 4, "ftyp") || head.size() < kMajorBrand + kBrandBytes) return false;
  std::uint32_t box_bytes = 0;
  for (std::size_t i = 0; i < 4; ++i) box_bytes = box_bytes << 8 | ByteAt(head, i);
  if (box_bytes > kMaxBoxBytes) return false;
  const auto is_avif_brand_at = [&](std::size_t offset) {
    return HasAt(head, offset, "avif") || HasAt(head, offset, "avis");
  };
  if (is_avif_brand_at(kMajorBrand)) return true;
  for (std::size_t at = kCompatibleBrands;
       at + kBrandBytes <= std::min<std::size_t>(box_bytes, head.size()); at += kBrandBytes) {
    if (is_avif_brand_at(at)) return true;
  }
  return false;
}

// Type 1 (an icon; 2 is a cursor) and at least one image in it. The same four bytes are the length
// of an ISO BMFF box, so its name must not follow.
bool IsIco(std::string_view head) {
  return HasAt(head, 0, "\0\0\x01\0"sv) && head.size() >= 8 && !HasAt(head, 4, "ftyp") &&
         (ByteAt(head, 4) != 0 || ByteAt(head, 5) != 0);
}

}  // namespace

std::optional<ImageType> SniffImageType(std::string_view head) {
  head = head.substr(0, kSniffBytes);  // the same answer for a head and for a whole file
  for (const Signature& signature : kSignatures) {
    if (HasAt(head, 0, signature.bytes)) return signature.type;
  }
  if (IsWebp(head)) return ImageType::kWebp;
  if (IsAvif(head)) return ImageType::kAvif;
  if (IsBmp(head)) return ImageType::kBmp;
  if (IsIco(head)) return ImageType::kIco;
  return std::nullopt;
}

std::string_view MimeType(ImageType type) { return FormatOf(type).mime_type; }

std::string_view FileExtension(ImageType type) { return FormatOf(type).extension; }

std::optional<ImageType> ImageTypeFromExtension(std::string_view extension) {
  constexpr std::size_t kLongestExtension = 4;
  if (extension.empty() || extension.size() > kLongestExtension) return std::nullopt;
  std::string lower(extension);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToAsciiLower);
  for (const Format& format : kFormats) {
    if (lower == format.extension || lower == format.other_extension) return format.type;
  }
  return std::nullopt;
}

}  // namespace image_cache
