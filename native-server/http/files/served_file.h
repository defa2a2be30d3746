// A file that is open and can be answered with: its descriptor, its validators and the header lines
// of its answers, put together once.
//
// Shared by whoever keeps it and by the answers that are being sent, so that a file which is let go
// of meanwhile is closed behind the last of them. Immutable but for `bytes`, which is set on the
// one thread that keeps it; so it may be read by any thread only while it is not kept by another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/base/unique_fd.h"
#include "native-server/http/message/conditional.h"

namespace image_cache {

struct FileDescription {
  std::uint64_t size_bytes = 0;
  std::int64_t modified_s = 0;  // since the Unix epoch
  std::string_view etag;        // strong, with its quotes
  std::string_view content_type;
  // Further header lines ("Name: value\r\n") of 200, 206 and 304: Cache-Control and the like.
  std::string_view header_lines;
};

class ServedFile {
 public:
  ServedFile(UniqueFd fd, const FileDescription& file);
  ServedFile(const ServedFile&) = delete;
  ServedFile& operator=(const ServedFile&) = delete;

  [[nodiscard]] const UniqueFd& fd() const { return fd_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  [[nodiscard]] Validators validators() const { return {.etag = etag_, .modified_s = modified_s_}; }

  // Of a 200 and, beside its Content-Range, of a 206.
  [[nodiscard]] std::string_view entity_lines() const { return lines_; }
  // Of a 304, which says nothing of the body.
  [[nodiscard]] std::string_view unchanged_lines() const {
    return std::string_view(lines_).substr(unchanged_at_);
  }

  // The whole content, or empty when it was not read.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  // Reads the content. False, and no bytes, when the file cannot be read whole.
  bool ReadBytes();

 private:
  UniqueFd fd_;
  std::uint64_t size_bytes_;
  std::int64_t modified_s_;
  std::string etag_;
  std::string lines_;  // those that a 304 has too are at the end
  std::size_t unchanged_at_ = 0;
  std::string bytes_;
};

}  // namespace image_cache
