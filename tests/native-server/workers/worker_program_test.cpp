#include "native-server/workers/worker_program.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace image_cache::testing {
namespace {

namespace fs = std::filesystem;

class WorkerProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(root);
    fs::create_directories(root / "bin");
    fs::create_directories(root / "lib" / "image-cache");
  }
  void TearDown() override { fs::remove_all(root); }

  static void Make(const fs::path& path, fs::perms rights = fs::perms::owner_all) {
    std::ofstream(path) << "#!/bin/sh\n";
    fs::permissions(path, rights);
  }
  [[nodiscard]] auto Find() const { return FindWorkerProgramFrom((root / "bin").string()); }

  const fs::path root = fs::path(::testing::TempDir()) / "worker_program_test";
  const fs::path beside = root / "bin" / "image-cache-worker";
  const fs::path in_lib = root / "lib" / "image-cache" / "image-cache-worker";
};

TEST_F(WorkerProgramTest, PrefersTheOneBesideTheServer) {
  Make(in_lib);
  EXPECT_EQ(Find(), in_lib.string());
  Make(beside);
  EXPECT_EQ(Find(), beside.string());
}

TEST_F(WorkerProgramTest, SaysWhatToDoWhenThereIsNone) {
  fs::create_directory(beside);
  const auto program = Find();
  ASSERT_FALSE(program);
  EXPECT_NE(program.error().detail.find("install or build it"), std::string::npos);
  EXPECT_EQ(program.error().detail.find(root.string()), std::string::npos);
}

}  // namespace
}  // namespace image_cache::testing
