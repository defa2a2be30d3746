#include "tests/native-server/store/test_folder.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace image_cache::testing {

namespace fs = std::filesystem;

TestFolder::TestFolder(const fs::path& parent) {
  std::string name = (parent / "image-cache-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  path_ = name;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

void RemoveAll(const fs::path& path) {
  std::error_code error;
  do {
    fs::remove_all(path, error);
  } while (error == std::errc::no_such_file_or_directory ||
           error == std::errc::directory_not_empty);
  if (error) throw std::system_error(error, "remove_all");
}

std::vector<std::string> FilesBeneath(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code gone;
  fs::recursive_directory_iterator position(folder, gone);
  for (; !gone && position != fs::recursive_directory_iterator(); position.increment(gone)) {
    std::error_code vanished;
    if (position->is_regular_file(vanished)) {
      files.push_back(position->path().lexically_relative(folder).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace image_cache::testing
