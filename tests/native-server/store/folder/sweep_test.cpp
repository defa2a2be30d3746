// What may be concluded from what the images folder lists, and what not.

#include "native-server/store/folder/sweep.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <cerrno>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

// Lets the process open no further file.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const UniqueFd lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(lowest_free.get());
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;

 private:
  rlimit before_{};
};

class SweepTest : public StoreTest {
 protected:
  // A folder with one picture that `index` knows and one that it does not.
  void SetUp() override {
    Open();
    index.Put(Publish(KeyOf("known"), "0001", Jpeg(1000, 1)));
    Publish(KeyOf("orphan"), "0002", Jpeg(1000, 2));
    store.reset();
    auto opened = CacheFolder::Open(options.cache_dir);
    ASSERT_TRUE(opened);
    images = std::move(*opened);
  }

  ErrnoResult<SweepResult> Sweep() {
    const auto listed = ListImages(*images);
    if (!listed) return tl::make_unexpected(listed.error());
    return Compare(*images, *listed, index);
  }

  ImageIndex index;
  std::unique_ptr<CacheFolder> images;
};

TEST_F(SweepTest, FindsOrphansAndLeavesThemToBeRemoved) {
  const auto swept = Sweep();
  ASSERT_TRUE(swept);
  EXPECT_THAT(swept->missing_keys, ::testing::IsEmpty());
  ASSERT_EQ(swept->orphans.size(), 1U);
  EXPECT_EQ(swept->orphans[0].actor_id, "0002");
  EXPECT_EQ(swept->orphans[0].size_bytes, 1000U);
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 2U);
}

TEST_F(SweepTest, TakesAFolderThatIsGoneForEmpty) {
  std::filesystem::remove_all(cache_dir / "images");
  const auto swept = Sweep();
  ASSERT_TRUE(swept);
  EXPECT_EQ(swept->missing_keys, std::vector<std::string>{KeyOf("known")});
}

TEST_F(SweepTest, FindsTheMissingAmongManyThatAreThere) {
  Open();
  for (int i = 0; i < 20; ++i) {
    index.Put(Publish(KeyOf(std::to_string(i)), "000" + std::to_string(i % 3), Jpeg(1000, 10 + i)));
  }
  std::filesystem::remove(FileOf(*store->Find(KeyOf("7"))));
  const auto swept = Sweep();
  ASSERT_TRUE(swept);
  EXPECT_EQ(swept->missing_keys, std::vector<std::string>{KeyOf("7")});
}

TEST_F(SweepTest, ConcludesNothingFromAListingThatFails) {
  const auto swept = [this] {
    const NoDescriptorsLeft while_sweeping;
    return Sweep();
  }();
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error(), EMFILE);
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 2U);
}

}  // namespace
}  // namespace image_cache::testing
