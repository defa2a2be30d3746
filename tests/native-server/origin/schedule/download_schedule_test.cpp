#include "native-server/origin/schedule/download_schedule.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

using Id = Downloader::Id;
using std::chrono::seconds;

class DownloadScheduleTest : public testing::Test {
 protected:
  void Add(Id id, Urgency urgency) {
    auto download = std::make_unique<Download>();
    download->id = id;
    download->urgency = urgency;
    download->target.origin = "https://a";
    schedule_.Add(std::move(download));
  }
  // 0 when none may run.
  Id Next() {
    running_ = schedule_.Next(now_);
    return running_ ? running_->id : 0;
  }
  // The one that Next gave fails, and comes again.
  void Fail(seconds delay, seconds not_before = {}) {
    schedule_.End(running_->id);
    running_->attempts_spent = 1;
    schedule_.ComeAgain(std::move(running_), now_ + delay, now_ + not_before);
  }

  DownloadSchedule::TimePoint now_{};
  std::unique_ptr<Download> running_;
  DownloadSchedule schedule_{1, 3};
};

TEST_F(DownloadScheduleTest, WhoWaitsForARetryHoldsNoPlace) {
  Add(1, Urgency::kHigh);
  Add(2, Urgency::kLow);
  EXPECT_EQ(Next(), 1u);
  Fail(seconds(5));
  EXPECT_EQ(schedule_.WaitingForRetry(), 1u);
  EXPECT_EQ(schedule_.Running(), 0u);
  EXPECT_EQ(Next(), 2u);
}

TEST_F(DownloadScheduleTest, ARetryComesWhenItIsDueAndKeepsItsAge) {
  Add(1, Urgency::kNormal);
  EXPECT_EQ(Next(), 1u);
  Fail(seconds(5));
  EXPECT_EQ(schedule_.NextDue(), now_ + seconds(5));
  EXPECT_EQ(Next(), 0u);
  Add(2, Urgency::kNormal);
  now_ += seconds(5);
  EXPECT_EQ(Next(), 1u);
  EXPECT_EQ(schedule_.NextDue(), std::nullopt);
  EXPECT_EQ(schedule_.Waiting(), 1u);
}

TEST_F(DownloadScheduleTest, APromotionToDemandBringsARetryForward) {
  Add(1, Urgency::kLow);
  EXPECT_EQ(Next(), 1u);
  Fail(seconds(5));
  schedule_.Promote(1, Urgency::kHigh, now_);
  EXPECT_EQ(Next(), 0u);
  schedule_.Promote(1, Urgency::kDemand, now_);
  EXPECT_EQ(Next(), 1u);
  EXPECT_EQ(schedule_.UrgencyOf(1), Urgency::kDemand);
}

TEST_F(DownloadScheduleTest, ButNotBeforeTheOriginWantsToBeAsked) {
  Add(1, Urgency::kLow);
  EXPECT_EQ(Next(), 1u);
  Fail(seconds(5), seconds(3));
  schedule_.Promote(1, Urgency::kDemand, now_);
  EXPECT_EQ(schedule_.NextDue(), now_ + seconds(3));
}

TEST_F(DownloadScheduleTest, ARunningOneThatIsPromotedIsKnownAsSuch) {
  Add(1, Urgency::kLow);
  Add(2, Urgency::kLow);
  EXPECT_EQ(Next(), 1u);
  EXPECT_EQ(Next(), 0u);
  schedule_.Promote(1, Urgency::kHigh, now_);
  EXPECT_EQ(Next(), 0u);
  schedule_.Promote(1, Urgency::kDemand, now_);
  schedule_.Promote(1, Urgency::kNormal, now_);
  EXPECT_EQ(schedule_.UrgencyOf(1), Urgency::kDemand);
  EXPECT_EQ(Next(), 2u);
  schedule_.End(1);
  schedule_.End(2);
  EXPECT_EQ(schedule_.Running(), 0u);
}

TEST_F(DownloadScheduleTest, WhatWaitsCanBeTakenOutWhereverItIs) {
  Add(1, Urgency::kNormal);
  Add(2, Urgency::kNormal);
  EXPECT_EQ(Next(), 1u);
  Fail(seconds(5));
  EXPECT_EQ(Next(), 2u);
  EXPECT_EQ(schedule_.Remove(2), nullptr);  // it runs
  ASSERT_NE(schedule_.Remove(1), nullptr);
  EXPECT_EQ(schedule_.Remove(1), nullptr);
  EXPECT_EQ(schedule_.NextDue(), std::nullopt);
}

TEST_F(DownloadScheduleTest, AsManyRetriesAsMayWaitHoldBackWhatHasNotBegun) {
  for (Id id = 1; id <= 3; ++id) {
    Add(id, Urgency::kNormal);
    EXPECT_EQ(Next(), id);
    Fail(seconds(5));
  }
  Add(4, Urgency::kDemand);
  EXPECT_EQ(Next(), 0u);
  now_ += seconds(5);
  EXPECT_EQ(Next(), 4u);  // there are places for retries again, and it is the most urgent
  EXPECT_EQ(schedule_.Waiting(), 3u);
}

TEST_F(DownloadScheduleTest, IsFullWhenAsManyWaitAsMay) {
  Add(1, Urgency::kNormal);
  Add(2, Urgency::kNormal);
  EXPECT_FALSE(schedule_.IsFull());
  Add(3, Urgency::kNormal);
  EXPECT_TRUE(schedule_.IsFull());
  EXPECT_EQ(Next(), 1u);
  EXPECT_FALSE(schedule_.IsFull());
}

TEST_F(DownloadScheduleTest, CanBeEmptied) {
  Add(1, Urgency::kNormal);
  EXPECT_EQ(Next(), 1u);
  Fail(seconds(5));
  Add(2, Urgency::kDemand);
  EXPECT_NE(schedule_.RemoveAny(), nullptr);
  EXPECT_NE(schedule_.RemoveAny(), nullptr);
  EXPECT_EQ(schedule_.RemoveAny(), nullptr);
}

}  // namespace
}  // namespace image_cache
