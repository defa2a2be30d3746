#include "native-server/cli/cache_access.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "native-server/base/clock.h"
#include "native-server/cli/parts.h"

namespace image_cache {
namespace {

namespace fs = std::filesystem;

class CacheAccessTest : public testing::Test {
 protected:
  CacheAccessTest()
      : cache_dir_(fs::temp_directory_path() /
                   (std::string("image-cache-") +
                    testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(cache_dir_);
    settings_.cache_dir = cache_dir_.string();
  }
  ~CacheAccessTest() override { fs::remove_all(cache_dir_); }

  std::unique_ptr<CacheAccess> Open() {
    auto cache = OpenCache(settings_);
    EXPECT_TRUE(cache) << cache.error().message;
    return cache ? std::move(*cache) : nullptr;
  }

  const fs::path cache_dir_;
  Settings settings_;
};

TEST_F(CacheAccessTest, FindsNothingInAFolderThatIsMissingAndMakesNone) {
  const auto stats = Open()->Stats("");
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->at("total_entries"), 0);
  EXPECT_FALSE(stats->contains("max_size_bytes")) << "no server says one";
  const auto removal = Open()->Clear("");
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->at("removed"), 0);
  EXPECT_FALSE(fs::exists(cache_dir_));
}

TEST_F(CacheAccessTest, ReadsStatisticsOfAFolderThatSomebodyHasAndClearsNone) {
  SystemClock clock;
  const auto store = OpenStore(settings_, {}, clock);
  ASSERT_TRUE(store);
  EXPECT_TRUE(Open()->Stats(""));
  EXPECT_FALSE(Open()->Clear(""));
}

}  // namespace
}  // namespace image_cache
