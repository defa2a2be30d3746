// A file that lines are appended to, and that others rotate: it is opened anew when its name stands
// for another file, or for none, and when it is asked for. One that grows over its limit is renamed
// to FILE.1, so that a log which nobody rotates takes twice the limit and no more.
//
// A pipe, as standard output often is, may have a reader that does not read: it is waited for,
// until there is no time left for that.
//
// Used by one thread.
#pragma once

#include <cstdint>
#include <functional>
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
  // text may have been written. ETIMEDOUT: nobody has read for a second, and `is_stopping`, which
  // is asked once a second, says that there is no more time.
  [[nodiscard]] int Write(std::string_view text, const std::function<bool()>& is_stopping);

 private:
  [[nodiscard]] bool is_standard_output() const { return path_ == "-"; }
  // Returns once the file takes PIPE_BUF bytes without blocking. Errors: those of Write.
  [[nodiscard]] int AwaitReader(const std::function<bool()>& is_stopping) const;
  [[nodiscard]] bool IsRotated() const;
  void RotateIfLarge();

  const std::string path_;
  const std::uint64_t max_bytes_;
  UniqueFd file_;
  bool is_regular_ = false;
};

}  // namespace image_cache
