#include "native-server/cli/text_file.h"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace image_cache {

tl::expected<std::string, std::string> ReadTextFile(const std::string& path) {
  std::string text(kMaxTextFileBytes + 1, '\0');
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A folder can be opened, and fails here; so does a disk, in the middle of a file.
  if (!stream.is_open() || stream.bad()) {
    return tl::make_unexpected(std::generic_category().message(errno));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxTextFileBytes) return tl::make_unexpected("it is larger than 1 MiB");
  return text;
}

}  // namespace image_cache
