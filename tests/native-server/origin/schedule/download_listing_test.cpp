#include "native-server/origin/schedule/download_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace image_cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class DownloadListingTest : public testing::Test {
 protected:
  void Add(Downloader::Id id, Urgency urgency, const std::string& host = "a") {
    auto download = std::make_unique<Download>();
    download->id = id;
    download->urgency = urgency;
    download->actor_id = "actor-" + std::to_string(id);
    download->target = {.url = "https://" + host + "/" + std::to_string(id),
                        .host = host,
                        .origin = "https://" + host};
    schedule_.Add(std::move(download));
  }
  DownloadList List(std::size_t max = 10) const { return ListDownloads(schedule_, max, now_); }
  static std::vector<std::string> ActorsOf(const std::vector<WaitingDownload>& waiting) {
    std::vector<std::string> actors;
    for (const WaitingDownload& one : waiting) actors.push_back(one.download.actor_id);
    return actors;
  }

  DownloadSchedule::TimePoint now_{};
  DownloadSchedule schedule_{1, 100};
};

TEST_F(DownloadListingTest, TellsHowFarOneIsThatRuns) {
  Add(1, Urgency::kHigh);
  const auto running = schedule_.Next(now_);
  running->progress->bytes = 10;
  now_ += seconds(3);
  DownloadList list = List();
  ASSERT_EQ(list.running.size(), 1U);
  EXPECT_EQ(list.running[0].download.actor_id, "actor-1");
  EXPECT_EQ(list.running[0].download.url, "https://a/1");
  EXPECT_EQ(list.running[0].bytes, 10U);
  EXPECT_EQ(list.running[0].total_bytes, std::nullopt);
  EXPECT_EQ(list.running[0].since_start, seconds(3));
  running->progress->total_bytes = 40;
  EXPECT_EQ(List().running[0].total_bytes, 40U);
}

TEST_F(DownloadListingTest, ListsThoseThatWaitInTheirOrderOverAllHosts) {
  Add(1, Urgency::kLow, "a");
  Add(2, Urgency::kHigh, "b");
  Add(3, Urgency::kHigh, "a");
  Add(4, Urgency::kLow, "b");
  const DownloadList list = List();
  EXPECT_THAT(ActorsOf(list.waiting),
              testing::ElementsAre("actor-2", "actor-3", "actor-1", "actor-4"));
  EXPECT_EQ(list.waiting_total, 4U);
}

TEST_F(DownloadListingTest, IsBoundedAndTellsHowManyThereAre) {
  for (Downloader::Id id = 1; id <= 40; ++id) {
    Add(id, Urgency::kNormal, "host-" + std::to_string(id % 7));
  }
  const DownloadList list = List(3);
  EXPECT_THAT(ActorsOf(list.waiting), testing::ElementsAre("actor-1", "actor-2", "actor-3"));
  EXPECT_EQ(list.waiting_total, 40U);
}

TEST_F(DownloadListingTest, SaysWhatOneWaitsFor) {
  Add(1, Urgency::kNormal);
  EXPECT_EQ(List().waiting[0].reason, "it is next");
  Add(2, Urgency::kLow);
  EXPECT_EQ(List().waiting[1].reason, "1 more urgent before it");
  const auto running = schedule_.Next(now_);
  EXPECT_EQ(List().waiting[0].reason, "as many run as may at once");
  Add(3, Urgency::kHigh);
  EXPECT_EQ(List().waiting[1].reason,
            "as many run as may at once, and 1 more urgent comes before it");
}

TEST_F(DownloadListingTest, SaysThatAHostIsGivenNoMore) {
  DownloadSchedule schedule(8, 100);
  schedule.slots().Take("https://a", Urgency::kNormal);
  schedule.slots().OnSlowDown("https://a", now_);
  schedule.slots().OnSlowDown("https://a", now_ += seconds(60));
  schedule.slots().OnSlowDown("https://a", now_ += seconds(60));
  auto download = std::make_unique<Download>();
  download->id = 1;
  download->target = {.url = "https://a/1", .host = "a", .origin = "https://a"};
  schedule.Add(std::move(download));
  const DownloadList list = ListDownloads(schedule, 10, now_);
  ASSERT_EQ(list.waiting.size(), 1U);
  EXPECT_EQ(list.waiting[0].reason, "a is given no more at once");
}

TEST_F(DownloadListingTest, SaysWhenOneIsTriedAgainAndWhy) {
  Add(1, Urgency::kNormal);
  auto running = schedule_.Next(now_);
  schedule_.End(1);
  running->attempts_spent = 1;
  running->last_failure = "the origin answered 503";
  schedule_.ComeAgain(std::move(running), now_ + milliseconds(2500), now_);
  now_ += milliseconds(500);
  const DownloadList list = List();
  ASSERT_EQ(list.waiting.size(), 1U);
  EXPECT_EQ(list.waiting[0].reason, "tried again in 2.0 s: the origin answered 503");
  EXPECT_EQ(list.waiting_total, 1U);
  EXPECT_TRUE(list.running.empty());
}

}  // namespace
}  // namespace image_cache
