// The size of a JPEG: it stands in the frame header, behind metadata of any length.
//
// So the bytes are read as they come, and none is kept. Garbage between the segments is skipped as
// libjpeg skips it, since what a decoder finds must be found here too. Used by one thread at a
// time; reads untrusted bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native-server/contents/picture_size.h"

namespace image_cache {

class JpegSizeReader {
 public:
  // The bytes that follow those before, from the file's very first on. Once it was found or is
  // unknown (a scan or the end comes first, or the frame header is none) it stays so.
  const SizeReading& Append(std::string_view bytes);

 private:
  enum class State { kMarkerPrefix, kMarker, kLength, kFrame, kSegment, kDone };

  void Take(std::uint8_t byte);
  void TakeMarker(std::uint8_t marker);
  void TakeLength(std::uint8_t byte);
  void TakeFrame(std::uint8_t byte);
  void EndWith(const SizeReading& reading);

  static constexpr std::size_t kFrameBytes = 6;  // precision, height, width, components

  State state_ = State::kMarkerPrefix;
  bool is_frame_ = false;      // the segment that has begun is a frame header
  std::size_t number_at_ = 0;  // how many bytes of the length or of the frame were taken
  std::uint32_t length_ = 0;   // of the segment, its own two bytes included
  std::size_t left_ = 0;       // of the segment that is being skipped
  std::uint8_t frame_[kFrameBytes] = {};
  SizeReading reading_ = SizeReading::NeedsMore();
};

}  // namespace image_cache
