// A folder of its own for each test, removed afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace image_cache::testing {

class TestFolder {
 public:
  explicit TestFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string ReadFile(const std::filesystem::path& path);
void WriteFile(const std::filesystem::path& path, const std::string& content);

// Like `rm -rf`: also when somebody else removes something of it meanwhile.
void RemoveAll(const std::filesystem::path& path);

// All regular files beneath the folder, relative to it, sorted. Empty when there is no such folder.
[[nodiscard]] std::vector<std::string> FilesBeneath(const std::filesystem::path& folder);

}  // namespace image_cache::testing
