#include "native-server/origin/schedule/retry_policy.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RetryOptions kOptions{.max_attempts = 5,
                                .demand_attempts = 2,
                                .first_delay = milliseconds(200),
                                .demand_first_delay = milliseconds(50),
                                .max_delay = milliseconds(1000),
                                .max_retry_after = seconds(30),
                                .demand_max_retry_after = seconds(1)};
constexpr milliseconds kLong = std::chrono::hours(1);
constexpr double kAlmostOne = 0.999999;

std::optional<milliseconds> Delay(FailedAttempt failed, double random = 0) {
  if (failed.time_left == milliseconds(0)) failed.time_left = kLong;
  return RetryDelay(kOptions, failed, random);
}

TEST(RetryPolicyTest, DoublesUpToItsLimit) {
  EXPECT_EQ(Delay({.attempts_spent = 1}), milliseconds(200));
  EXPECT_EQ(Delay({.attempts_spent = 2}), milliseconds(400));
  EXPECT_EQ(Delay({.attempts_spent = 3}), milliseconds(800));
  EXPECT_EQ(Delay({.attempts_spent = 4}), milliseconds(1000));
}

TEST(RetryPolicyTest, EndsWithTheLastAttempt) {
  EXPECT_EQ(Delay({.attempts_spent = 5}), std::nullopt);
  EXPECT_EQ(Delay({.attempts_spent = 6}), std::nullopt);
}

TEST(RetryPolicyTest, ChanceTakesUpToHalfAway) {
  EXPECT_EQ(Delay({.attempts_spent = 2}, 0.5), milliseconds(300));
  EXPECT_EQ(Delay({.attempts_spent = 2}, kAlmostOne), milliseconds(201));
}

TEST(RetryPolicyTest, ADemandIsRetriedSoonerAndLessOften) {
  EXPECT_EQ(Delay({.attempts_spent = 1, .urgency = Urgency::kDemand}), milliseconds(50));
  EXPECT_EQ(Delay({.attempts_spent = 2, .urgency = Urgency::kDemand}), std::nullopt);
}

TEST(RetryPolicyTest, NeverAsksBeforeTheOriginWantsToBeAsked) {
  EXPECT_EQ(Delay({.attempts_spent = 1, .retry_after = seconds(7)}), seconds(7));
  EXPECT_EQ(Delay({.attempts_spent = 1, .retry_after = seconds(7)}, 0.5), milliseconds(7100));
  EXPECT_EQ(Delay({.attempts_spent = 1, .retry_after = seconds(0)}), milliseconds(200));
}

TEST(RetryPolicyTest, GivesUpWhereTheOriginWantsToBeLeftAlone) {
  EXPECT_EQ(Delay({.attempts_spent = 1, .retry_after = seconds(30)}), seconds(30));
  EXPECT_EQ(Delay({.attempts_spent = 1, .retry_after = seconds(31)}), std::nullopt);
  const auto demand = [](seconds after) {
    return Delay({.attempts_spent = 1, .urgency = Urgency::kDemand, .retry_after = after});
  };
  EXPECT_EQ(demand(seconds(1)), seconds(1));
  EXPECT_EQ(demand(seconds(2)), std::nullopt);
}

TEST(RetryPolicyTest, StaysWithinTheTotalTimeout) {
  EXPECT_EQ(Delay({.attempts_spent = 1, .time_left = milliseconds(201)}), milliseconds(200));
  EXPECT_EQ(Delay({.attempts_spent = 1, .time_left = milliseconds(200)}), std::nullopt);
}

}  // namespace
}  // namespace image_cache
