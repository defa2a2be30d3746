#include "tests/native-server/replay/trace_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace image_cache {

TraceFile::TraceFile(std::string_view text) : path_(testing::TempDir() + "traceXXXXXX") {
  const int fd = ::mkstemp(path_.data());
  EXPECT_GE(fd, 0);
  ::close(fd);
  std::ofstream(path_) << text;
}

TraceFile::~TraceFile() { ::unlink(path_.c_str()); }

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace image_cache
