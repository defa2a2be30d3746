#include "native-server/http/files/served_file.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "native-server/http/message/date.h"

namespace image_cache {

ServedFile::ServedFile(UniqueFd fd, const FileDescription& file)
    : fd_(std::move(fd)),
      size_bytes_(file.size_bytes),
      modified_s_(file.modified_s),
      etag_(file.etag) {
  lines_.append("Content-Type: ").append(file.content_type);
  lines_.append("\r\nAccept-Ranges: bytes\r\n");
  unchanged_at_ = lines_.size();
  lines_.append("ETag: ").append(etag_);
  lines_.append("\r\nLast-Modified: ").append(FormatHttpDate(modified_s_)).append("\r\n");
  lines_.append(file.header_lines);
}

bool ServedFile::ReadBytes() {
  std::string bytes(size_bytes_, '\0');
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t count =
        ::pread(fd_.get(), bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  bytes_ = std::move(bytes);
  return true;
}

}  // namespace image_cache
