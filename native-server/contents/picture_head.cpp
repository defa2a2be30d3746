#include "native-server/contents/picture_head.h"

#include <algorithm>

#include "native-server/contents/box_size.h"
#include "native-server/contents/fixed_size.h"
#include "native-server/contents/jxl_size.h"
#include "native-server/contents/svg_head.h"

namespace image_cache {
namespace {

tl::unexpected<Error<ContentError>> FailAsNoPicture() {
  return Fail(ContentError::kNotAPicture, "the content is not a picture of a known format");
}

bool IsBoxed(std::string_view head) { return head.starts_with('\0'); }

}  // namespace

Result<void, ContentError> PictureHead::Append(std::string_view bytes) {
  seen_bytes_ += bytes.size();
  if (type_ && reading_.outcome != SizeReading::Outcome::kNeedsMore) return {};
  const std::size_t kept_before = kept_.size();
  kept_.append(bytes.substr(0, kMaxKeptHeadBytes - kept_before));
  if (type_) return Measure(bytes);
  if (auto told = Tell(); !told || !type_) return told;
  // From the beginning: what was kept before is not in `bytes`.
  const std::size_t taken = kept_.size() - kept_before;
  if (auto measured = Measure(kept_); !measured) return measured;
  return Measure(bytes.substr(taken));
}

Result<void, ContentError> PictureHead::Tell() {
  type_ = SniffImageType(kept_);
  if (type_) return {};
  const SvgAnswer svg = SniffSvg(kept_);
  if (svg == SvgAnswer::kYes) {
    if (!rules_.takes_svg) {
      return Fail(ContentError::kNotAPicture,
                  "the content is an SVG, which can hold scripts; a server that is started with "
                  "--svg sandbox takes it");
    }
    type_ = ImageType::kSvg;
    return {};
  }
  const bool may_be_svg = svg == SvgAnswer::kNeedsMore && kept_.size() < kSvgLookAheadBytes;
  if (kept_.size() >= kSniffBytes && !may_be_svg) return FailAsNoPicture();
  return {};
}

Result<void, ContentError> PictureHead::Measure(std::string_view bytes) {
  if (reading_.outcome != SizeReading::Outcome::kNeedsMore) return {};
  reading_ = ReadSize(bytes);
  if (reading_.outcome == SizeReading::Outcome::kNeedsMore) return {};
  kept_ = {};
  if (reading_.outcome == SizeReading::Outcome::kFound &&
      reading_.size.pixels() > rules_.max_pixels) {
    return Fail(ContentError::kTooManyPixels, "the picture has " +
                                                  std::to_string(reading_.size.width) + " × " +
                                                  std::to_string(reading_.size.height) +
                                                  " pixels, more than --max-image-pixels allows");
  }
  return {};
}

SizeReading PictureHead::ReadSize(std::string_view bytes) {
  if (type_ == ImageType::kJpeg) return jpeg_.Append(bytes);
  SizeReading reading = SizeReading::Unknown();
  switch (*type_) {
    case ImageType::kPng:
      reading = ReadPngSize(kept_);
      break;
    case ImageType::kGif:
      reading = ReadGifSize(kept_);
      break;
    case ImageType::kWebp:
      reading = ReadWebpSize(kept_);
      break;
    case ImageType::kBmp:
      reading = ReadBmpSize(kept_);
      break;
    case ImageType::kAvif:
      reading = ReadAvifSize(kept_);
      break;
    case ImageType::kJxl:
      reading = IsBoxed(kept_) ? ReadBoxedJxlSize(kept_) : ReadJxlSize(kept_);
      break;
    case ImageType::kJpeg:
    case ImageType::kTiff:
    case ImageType::kIco:
    case ImageType::kSvg:
      break;
  }
  const bool may_go_on = kept_.size() < kMaxKeptHeadBytes;
  if (reading.outcome == SizeReading::Outcome::kNeedsMore && !may_go_on) {
    return SizeReading::Unknown();
  }
  return reading;
}

std::optional<PictureSize> PictureHead::size() const {
  if (reading_.outcome != SizeReading::Outcome::kFound) return std::nullopt;
  return reading_.size;
}

bool PictureHead::MayBeShown() const {
  return type_ && (reading_.outcome != SizeReading::Outcome::kNeedsMore ||
                   seen_bytes_ >= kMaxUnmeasuredBytes);
}

Result<ImageType, ContentError> PictureHead::Finish() const {
  if (!type_) return FailAsNoPicture();
  return *type_;
}

}  // namespace image_cache
