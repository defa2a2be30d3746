#include "native-server/store/changes/change_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "native-server/store/index/image_index.h"

namespace image_cache {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Lt;

constexpr const char* kEpoch = "0123456789abcdef";

class ChangeLogTest : public ::testing::Test {
 protected:
  ChangeLogTest() { index.images.Stamp(10, 0); }

  // A log that starts at revision 10.
  ChangeLog Log(ChangeLogLimits limits = {}) { return ChangeLog(index, kEpoch, limits); }

  // What somebody who has this revision is told, with the revision that leads to.
  static std::vector<std::string> Texts(const ChangesSince& since) {
    std::vector<std::string> texts;
    for (const auto& group : since.groups) texts.push_back(*group->text);
    return texts;
  }

  SharedIndex index;
};

TEST_F(ChangeLogTest, StartsAtTheRevisionThatTheStartHasFound) {
  const ChangeLog log = Log();
  EXPECT_EQ(log.epoch(), kEpoch);
  EXPECT_EQ(log.revision(), 10U);
  const ChangesSince now = log.Since(10);
  EXPECT_FALSE(now.is_full);
  EXPECT_EQ(now.revision, 10U);
  EXPECT_THAT(now.groups, IsEmpty());
  EXPECT_TRUE(log.Since(9).is_full) << "what the last run has changed is forgotten";
}

TEST_F(ChangeLogTest, TellsWhatHasChangedSinceARevisionInOrder) {
  ChangeLog log = Log();
  log.Append("a", 12);
  log.Append("b", 13);
  log.Append("c", 17);
  EXPECT_EQ(log.revision(), 17U);
  EXPECT_THAT(Texts(log.Since(10)), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Texts(log.Since(12)), ElementsAre("b", "c"));
  EXPECT_THAT(Texts(log.Since(13)), ElementsAre("c"));
  EXPECT_THAT(Texts(log.Since(17)), IsEmpty());
  EXPECT_EQ(log.Since(12).revision, 17U);
}

TEST_F(ChangeLogTest, TellsARevisionInTheMiddleOfACommitTheWholeCommit) {
  ChangeLog log = Log();
  log.Append("a", 12);
  log.Append("b", 17);
  for (const std::uint64_t revision : {13, 16}) {
    EXPECT_THAT(Texts(log.Since(revision)), ElementsAre("b")) << revision;
  }
}

TEST_F(ChangeLogTest, HasNothingForWhoIsAheadOfTheAnnouncement) {
  ChangeLog log = Log();
  index.images.Stamp(12, 0);  // in memory, and to be announced
  log.Foresee(14);
  for (const std::uint64_t revision : {11, 12, 14}) {
    const ChangesSince since = log.Since(revision);
    EXPECT_FALSE(since.is_full) << revision;
    EXPECT_EQ(since.revision, revision);
    EXPECT_THAT(since.groups, IsEmpty());
  }
  EXPECT_TRUE(log.Since(15).is_full) << "a revision that never was";
}

TEST_F(ChangeLogTest, ForgetsTheOldestWhenThereAreTooMany) {
  ChangeLog log = Log({.groups = 2});
  log.Append("a", 11);
  log.Append("b", 12);
  log.Append("c", 13);
  EXPECT_TRUE(log.Since(10).is_full);
  EXPECT_EQ(log.Since(10).revision, 13U);
  EXPECT_THAT(Texts(log.Since(11)), ElementsAre("b", "c"));
  EXPECT_EQ(log.Stats().groups, 2U);
  EXPECT_EQ(log.Stats().oldest_revision, 11U);
}

TEST_F(ChangeLogTest, ForgetsTheOldestWhenTheyAreTooLarge) {
  ChangeLog log = Log({.bytes = 2'400});
  log.Append(std::string(1'000, 'a'), 11);
  log.Append(std::string(1'000, 'b'), 12);
  const std::size_t two = log.Stats().bytes;
  EXPECT_THAT(two, AllOf(Gt(2'000U), Le(2'400U)));
  log.Append(std::string(500, 'c'), 13);
  EXPECT_EQ(log.Stats().bytes, two - 500);
  EXPECT_TRUE(log.Since(10).is_full);
  EXPECT_FALSE(log.Since(11).is_full);
  log.Append(std::string(2'500, 'x'), 14);
  EXPECT_EQ(log.Stats().bytes, 0U);
  EXPECT_TRUE(log.Since(13).is_full);
  EXPECT_FALSE(log.Since(14).is_full);
}

TEST_F(ChangeLogTest, CountsWhatIsAroundShortTexts) {
  ChangeLog log = Log();
  for (std::uint64_t revision = 11; revision < 1'011; ++revision) log.Append("{}", revision);
  EXPECT_THAT(log.Stats().bytes, AllOf(Gt(100'000U), Lt(200'000U)));
}

TEST_F(ChangeLogTest, KeepsNoRoomInTextsThatWereGrownByAppending) {
  ChangeLog log = Log();
  std::string grown(600, 'x');
  grown.reserve(10'000);
  log.Append(std::move(grown), 11);
  EXPECT_LT(log.Since(10).groups.front()->text->capacity(), 1'000U);
}

TEST_F(ChangeLogTest, DoesNotReachBackBeforeAChangeThatWasTooLargeToTell) {
  ChangeLog log = Log();
  log.Append("a", 11);
  log.Append(std::nullopt, 12);
  log.Append("c", 13);
  EXPECT_TRUE(log.Since(10).is_full);
  EXPECT_TRUE(log.Since(11).is_full);
  EXPECT_THAT(Texts(log.Since(12)), ElementsAre("c"));
  EXPECT_EQ(log.Stats().gaps, 1U);
}

TEST_F(ChangeLogTest, IsHeardByWhoListensUntilTheyStop) {
  ChangeLog log = Log();
  std::vector<std::string> first, second;
  const auto hear = [](std::vector<std::string>& heard) {
    return [&heard](const std::shared_ptr<const ChangeGroup>& group) {
      heard.push_back(std::to_string(group->since) + "-" + std::to_string(group->revision) + " " +
                      group->text.value_or("gap"));
    };
  };
  log.Append("a", 11);
  auto watch = log.StartWatch(hear(first));
  log.Append("b", 12);
  const auto other = log.StartWatch(hear(second));
  log.Append(std::nullopt, 15);
  log.Append("nothing new", 15);
  watch.reset();
  log.Append("d", 16);
  EXPECT_THAT(first, ElementsAre("11-12 b", "12-15 gap"));
  EXPECT_THAT(second, ElementsAre("12-15 gap", "15-16 d"));
}

}  // namespace
}  // namespace image_cache
