// A picture that can be read while it is downloaded. Shared by all who follow it; thread-safe.
#pragma once

#include <chrono>
#include <memory>

#include "native-server/base/growing_file.h"
#include "shared/paths/image_type.h"

namespace image_cache {

struct FollowedPicture {
  std::shared_ptr<GrowingFile> file;
  ImageType type = ImageType::kJpeg;  // told by its first bytes
  bool is_stored = true;              // once it is whole; false: the store does not take it
  // How its download went so far: until its turn, and from there to the origin's first byte.
  std::chrono::microseconds queued{0};
  std::chrono::microseconds first_byte{0};
};

}  // namespace image_cache
