#include "native-server/contents/jpeg_size.h"

#include <algorithm>

namespace image_cache {
namespace {

// ITU-T T.81, table B.1.
constexpr std::uint8_t kPrefix = 0xFF;
constexpr std::uint8_t kEndOfImage = 0xD9;
constexpr std::uint8_t kStartOfScan = 0xDA;
constexpr std::uint32_t kLengthBytes = 2;

bool IsFrameHeader(std::uint8_t marker) {
  // Among the frame headers stand tables: DHT, JPG and DAC.
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// TEM, RST0–RST7 and SOI: nothing follows them but another marker.
bool StandsAlone(std::uint8_t marker) {
  return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

}  // namespace

const SizeReading& JpegSizeReader::Append(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::kDone) {
    if (state_ == State::kSegment) {
      const std::size_t skipped = std::min(left_, bytes.size());
      bytes.remove_prefix(skipped);
      left_ -= skipped;
      if (left_ == 0) state_ = State::kMarkerPrefix;
    } else if (state_ == State::kMarkerPrefix) {
      bytes.remove_prefix(std::min(bytes.find(static_cast<char>(kPrefix)), bytes.size()));
      if (bytes.empty()) break;
      bytes.remove_prefix(1);
      state_ = State::kMarker;
    } else {
      Take(static_cast<std::uint8_t>(bytes.front()));
      bytes.remove_prefix(1);
    }
  }
  return reading_;
}

void JpegSizeReader::Take(std::uint8_t byte) {
  switch (state_) {
    case State::kMarker:
      return TakeMarker(byte);
    case State::kLength:
      return TakeLength(byte);
    case State::kFrame:
      return TakeFrame(byte);
    case State::kMarkerPrefix:
    case State::kSegment:
    case State::kDone:
      return;
  }
}

void JpegSizeReader::TakeMarker(std::uint8_t marker) {
  if (marker == kPrefix) return;  // any number of them may stand before a marker
  if (marker == 0 || StandsAlone(marker)) {
    state_ = State::kMarkerPrefix;
    return;
  }
  if (marker == kEndOfImage || marker == kStartOfScan) return EndWith(SizeReading::Unknown());
  is_frame_ = IsFrameHeader(marker);
  number_at_ = 0;
  length_ = 0;
  state_ = State::kLength;
}

void JpegSizeReader::TakeLength(std::uint8_t byte) {
  length_ = length_ << 8 | byte;
  if (++number_at_ < kLengthBytes) return;
  if (length_ < kLengthBytes) return EndWith(SizeReading::Unknown());
  number_at_ = 0;
  left_ = length_ - kLengthBytes;
  state_ = is_frame_ ? State::kFrame : left_ > 0 ? State::kSegment : State::kMarkerPrefix;
}

void JpegSizeReader::TakeFrame(std::uint8_t byte) {
  frame_[number_at_] = byte;
  if (++number_at_ < kFrameBytes) return;
  constexpr std::uint32_t kBytesPerComponent = 3;
  const std::uint32_t components = frame_[5];
  if (length_ != kLengthBytes + kFrameBytes + kBytesPerComponent * components) {
    return EndWith(SizeReading::Unknown());
  }
  const std::uint64_t height = std::uint64_t{frame_[1]} << 8 | frame_[2];
  const std::uint64_t width = std::uint64_t{frame_[3]} << 8 | frame_[4];
  EndWith(SizeReading::Found(width, height));
}

void JpegSizeReader::EndWith(const SizeReading& reading) {
  reading_ = reading;
  state_ = State::kDone;
}

}  // namespace image_cache
