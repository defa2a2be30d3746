#include "native-server/services/sync/sync_service.h"

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/sync/sync_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::SizeIs;

class SyncServiceTest : public SyncTest {
 protected:
  using Outcome = Result<SyncReport, SyncError>;

  void Begin(SyncSchedule schedule = {}) {
    sync = std::make_unique<SyncService>(*fetcher, *store, *downloader, addressing, clock,
                                         std::move(schedule));
  }
  std::future<Outcome> Run(const std::string& url) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    sync->Run(OrderFor(url),
              [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  [[nodiscard]] std::size_t Listings() const { return downloader->Running().size(); }

  std::unique_ptr<SyncService> sync;  // goes first
};

TEST_F(SyncServiceTest, RunsOneAfterTheOther) {
  Begin();
  auto first = Run("s3://bucket-a");
  auto second = Run("s3://bucket-b");
  (void)AwaitDownload("bucket-a");
  EXPECT_EQ(Listings(), 1u);
  List({});
  EXPECT_TRUE(first.get()->IsComplete());
  (void)AwaitDownload("bucket-b");
  List({});
  EXPECT_TRUE(second.get()->IsComplete());
}

TEST_F(SyncServiceTest, ItsLineHasABound) {
  Begin();
  std::vector<std::future<Outcome>> asked;
  asked.push_back(Run("s3://bucket-a"));
  (void)AwaitDownload("bucket-a");
  for (std::size_t i = 0; i < sync->Stats().max_waiting; ++i) asked.push_back(Run("s3://bucket-b"));
  const auto refused = Run("s3://bucket-c").get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, SyncError::kTooMany);
  sync.reset();
  for (auto& one : asked) EXPECT_EQ(one.get()->failure->code, FetchError::kCancelled);
}

TEST_F(SyncServiceTest, TheScheduleBeginsWhenItIsTold) {
  Begin({.folders = {*ParseBucketFolder("s3://bucket"), *ParseBucketFolder("s3://bucket-b")}});
  EXPECT_EQ(sync->Stats().folders[0].next_ms, 0);
  EXPECT_EQ(Listings(), 0u);
  sync->BeginSchedule();
  List({"0001/a.jpg"});
  downloader->Deliver(AwaitDownload("a.jpg"), Jpeg(1000));
  (void)AwaitDownload("bucket-b");
  const SyncStats between = sync->Stats();
  EXPECT_EQ(between.folders[0].runs, 1u);
  EXPECT_EQ(between.folders[0].fetched, 1u);
  EXPECT_EQ(between.folders[0].last->added, 1u);
  EXPECT_THAT(between.folders[0].last->items, SizeIs(0));
  EXPECT_EQ(between.folders[0].next_ms, clock.NowMs() + between.every.count());
  EXPECT_TRUE(between.folders[1].running);
  downloader->Fail(AwaitDownload("bucket-b"), OriginError::kUnavailable);
  EXPECT_TRUE(Eventually([this] { return sync->Stats().folders[1].failed_runs == 1; }));
}

TEST_F(SyncServiceTest, WhoAsksGoesBeforeTheSchedule) {
  Begin({.folders = {*ParseBucketFolder("s3://bucket-a"), *ParseBucketFolder("s3://bucket-b")}});
  sync->BeginSchedule();
  (void)AwaitDownload("bucket-a");
  auto asked = Run("s3://bucket-c");
  List({});
  (void)AwaitDownload("bucket-c");
  List({});
  EXPECT_TRUE(asked.get());
  (void)AwaitDownload("bucket-b");
}

}  // namespace
}  // namespace image_cache::testing
