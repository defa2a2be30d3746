#include "native-server/cli/text_file.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace image_cache {

tl::expected<std::string, std::string> ReadTextFile(const std::string& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();  // a folder can be opened, and fails here without an exception
  std::string text = content.str();
  if (!stream.is_open() || (text.empty() && errno != 0)) {
    return tl::make_unexpected(std::generic_category().message(errno));
  }
  return text;
}

}  // namespace image_cache
