// A trace on the disk, for as long as a test needs it.
#pragma once

#include <string>
#include <string_view>

namespace image_cache {

class TraceFile {
 public:
  explicit TraceFile(std::string_view text);
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  ~TraceFile();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

[[nodiscard]] std::string ReadAll(const std::string& path);

}  // namespace image_cache
