// A file that is being written takes its space first, and keeps no more of it than it needs.

#include "native-server/store/folder/temporary_file.h"

#include <algorithm>

#include "native-server/store/folder/cache_folder.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr std::uint64_t kAllocated = 1 << 20;
constexpr std::uint64_t kLittle = 64 << 10;  // more than any file system takes for a few bytes

class TemporaryFileTest : public StoreTest {
 protected:
  void SetUp() override {
    auto opened = CacheFolder::Open(options.cache_dir);
    ASSERT_TRUE(opened) << opened.error().detail;
    cache_folder = std::move(*opened);
  }
  TemporaryFile Make() { return std::move(*cache_folder->CreateTemporary("test")); }

  std::unique_ptr<CacheFolder> cache_folder;
};

TEST_F(TemporaryFileTest, TakesItsSpaceBeforeTheFirstByte) {
  TemporaryFile file = Make();
  EXPECT_LE(*file.BytesOnDisk(), kLittle);
  ASSERT_TRUE(file.Allocate(kAllocated));
  EXPECT_GE(*file.BytesOnDisk(), kAllocated);
  ASSERT_TRUE(file.Allocate(2 * kAllocated));
  EXPECT_GE(*file.BytesOnDisk(), 2 * kAllocated);
}

TEST_F(TemporaryFileTest, GivesBackWhatItDidNotNeed) {
  TemporaryFile file = Make();
  const std::string content = "a few bytes";
  ASSERT_TRUE(file.Allocate(kAllocated));
  ASSERT_TRUE(file.Write(content));
  ASSERT_TRUE(file.GiveBackTheRest());
  EXPECT_LE(*file.BytesOnDisk(), kLittle);
  ASSERT_TRUE(file.MoveTo(cache_folder->fd(), "placed"));
  EXPECT_EQ(ReadFile(cache_dir / "placed"), content);
}

// Most network file systems, and some local ones.
class FilesThatCannotAllocate : public SystemFiles {
 public:
  ErrnoResult<void> Allocate(int, std::uint64_t, std::uint64_t) override {
    return tl::make_unexpected(EOPNOTSUPP);
  }
};

TEST_F(TemporaryFileTest, WritesWhereNothingCanBeAllocated) {
  FilesThatCannotAllocate files;
  auto file = TemporaryFile::Create(files, cache_folder->fd(), "test");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Allocate(kAllocated));
  ASSERT_TRUE(file->Write(std::string_view("bytes")));
  EXPECT_TRUE(file->GiveBackTheRest());
}

}  // namespace
}  // namespace image_cache::testing
