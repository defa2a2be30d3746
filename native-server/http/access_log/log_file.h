// A file that lines are appended to, and that others rotate: it is opened anew when its name stands
// for another file, or for none, and when it is asked for. One that grows over its limit is renamed
// to FILE.1, so that a log which nobody rotates takes twice the limit and no more.
//
// Used by one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/base/unique_fd.h"

namespace image_cache {

class LogFile {
 public:
  // "-" is standard output, which is never rotated. Nothing is opened before Open.
  LogFile(std::string path, std::uint64_t max_bytes)
      : path_(std::move(path)), max_bytes_(max_bytes) {}

  // 0, or the errno.
  [[nodiscard]] int Open();
  // Writes whole lines; opens the file first where that is due. 0, or the errno: then some of the
  // text may have been written.
  [[nodiscard]] int Write(std::string_view text);

 private:
  [[nodiscard]] bool is_standard_output() const { return path_ == "-"; }
  [[nodiscard]] bool IsRotated() const;
  void RotateIfLarge();

  const std::string path_;
  const std::uint64_t max_bytes_;
  UniqueFd file_;
};

}  // namespace image_cache
