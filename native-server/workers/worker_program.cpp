#include "native-server/workers/worker_program.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace image_cache {
namespace {

constexpr std::string_view kName = "image-cache-worker";

bool IsProgram(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string, WorkerProgramError> FindWorkerProgramFrom(std::string_view folder) {
  const std::filesystem::path here(folder);
  for (const auto& path : {here / kName, here.parent_path() / "lib" / "image-cache" / kName}) {
    if (IsProgram(path)) return path.string();
  }
  return Fail(WorkerProgramError::kMissing,
              "image-cache-worker, which decodes pictures, is neither beside image-cache nor in "
              "../lib/image-cache; install or build it there");
}

Result<std::string, WorkerProgramError> FindWorkerProgram() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  // Without /proc nothing is found, and the error says so as well as any.
  return FindWorkerProgramFrom(program.parent_path().string());
}

}  // namespace image_cache
