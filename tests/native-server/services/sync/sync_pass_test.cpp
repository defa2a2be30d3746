#include "native-server/services/sync/sync_pass.h"

#include "tests/native-server/services/sync/sync_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class SyncPassTest : public SyncTest {
 protected:
  std::future<SyncReport> Run(SyncOrder order) {
    pass = std::make_unique<SyncPass>(std::move(order), *fetcher, *store, *downloader, addressing,
                                      clock);
    return std::async(std::launch::async, [this] { return pass->Run(); });
  }
  std::unique_ptr<SyncPass> pass;
};

TEST_F(SyncPassTest, FetchesWhatIsNewAndWhatHasChanged) {
  StoreListed("faces/0001/same.jpg");
  StoreObject("faces/0001/changed.jpg", "mine", "\"old\"");
  auto running = Run(OrderFor("s3://bucket/faces/"));
  List({"faces/0001/changed.jpg", "faces/0001/same.jpg", "faces/0002/new.jpg",
        "faces/0002/notes.txt", "faces/loose.jpg"});
  const Downloader::Id changed = AwaitDownload("changed.jpg");
  EXPECT_EQ(downloader->known_etags()[changed - 1], "\"old\"");
  EXPECT_EQ(downloader->urgencies()[changed - 1], Urgency::kLow);
  downloader->Deliver(changed, Jpeg(2000, 1), "\"faces/0001/changed.jpg\"");
  downloader->Deliver(AwaitDownload("new.jpg"), Jpeg(3000, 2), "\"faces/0002/new.jpg\"");
  const SyncReport report = running.get();
  EXPECT_TRUE(report.IsComplete());
  EXPECT_EQ(report.listed, 5u);
  EXPECT_EQ(report.unchanged, 1u);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(report.others, 1u);
  EXPECT_EQ(report.no_actor, 1u);
  EXPECT_EQ(report.bytes, 5000u);
  EXPECT_THAT(report.items, SizeIs(2));
  EXPECT_EQ(store->Find(std::string(kBucketUrl) + "faces/0001/changed.jpg")->actor_id, "mine");
  EXPECT_EQ(store->Find(std::string(kBucketUrl) + "faces/0002/new.jpg")->actor_id, "0002");
}

TEST_F(SyncPassTest, RemovesWhatIsGoneBelowThePrefixOnly) {
  for (const char* object : {"faces/0001/a.jpg", "faces/0001/b.jpg", "faces/0001/gone.jpg",
                             "faces-old/0001/a.jpg", "other.jpg"}) {
    StoreListed(object);
  }
  // A listing does not tell of these, so it does not tell that they are gone either.
  StoreListed("faces/0001/a+b.jpg");
  StoreListed("faces/0001/v.jpg?versionId=1");
  auto running = Run(OrderFor("s3://bucket/faces"));
  List({"faces/0001/a.jpg", "faces/0001/b.jpg"});
  const SyncReport report = running.get();
  EXPECT_EQ(report.gone, 1u);
  EXPECT_EQ(report.kept, 0u);
  ASSERT_THAT(report.items, SizeIs(1));
  EXPECT_EQ(report.items[0].s3_url, "s3://bucket/faces/0001/gone.jpg");
  EXPECT_FALSE(Holds("faces/0001/gone.jpg"));
  for (const char* object : {"faces/0001/a.jpg", "faces-old/0001/a.jpg", "other.jpg",
                             "faces/0001/a+b.jpg", "faces/0001/v.jpg?versionId=1"}) {
    EXPECT_TRUE(Holds(object)) << object;
  }
}

TEST_F(SyncPassTest, ADryRunChangesNothing) {
  StoreListed("0001/same.jpg");
  StoreObject("0001/changed.jpg", "0001", "\"old\"");
  StoreListed("0001/gone.jpg");
  const std::size_t asked = downloader->urls().size();
  SyncOrder order = OrderFor("s3://bucket");
  order.dry_run = true;
  auto running = Run(order);
  List({"0001/changed.jpg", "0001/new.jpg", "0001/same.jpg"});
  const SyncReport report = running.get();
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(report.gone, 1u);
  EXPECT_EQ(report.bytes, 14u);
  EXPECT_EQ(downloader->urls().size(), asked + 1) << "the listing";
  EXPECT_TRUE(Holds("0001/gone.jpg"));
}

TEST_F(SyncPassTest, AListingThatLostMoreThanHalfRemovesOnlyWhenTold) {
  for (const char* object : {"0001/a.jpg", "0001/b.jpg", "0001/c.jpg"}) StoreListed(object);
  auto running = Run(OrderFor("s3://bucket"));
  List({"0001/a.jpg"});
  const SyncReport kept = running.get();
  EXPECT_EQ(kept.kept, 2u);
  EXPECT_EQ(kept.gone, 0u);
  EXPECT_TRUE(Holds("0001/b.jpg"));

  SyncOrder order = OrderFor("s3://bucket");
  order.removes_many = true;
  running = Run(order);
  List({});
  EXPECT_EQ(running.get().gone, 3u);
  EXPECT_FALSE(Holds("0001/a.jpg"));
}

TEST_F(SyncPassTest, AListingThatFailedRemovesNothing) {
  StoreListed("0001/a.jpg");
  StoreListed("0001/b.jpg");
  StoreListed("0001/c.jpg");
  SyncOrder order = OrderFor("s3://bucket");
  order.removes_many = true;
  auto running = Run(order);
  List({"0001/a.jpg", "0001/new.jpg"}, "t");
  downloader->Deliver(AwaitDownload("new.jpg"), Jpeg(2000, 1));
  downloader->Fail(AwaitDownload("continuation-token=t"), OriginError::kDenied);
  const SyncReport report = running.get();
  EXPECT_FALSE(report.IsComplete());
  EXPECT_EQ(report.failure->code, FetchError::kOriginDenied);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.gone, 0u);
  EXPECT_TRUE(Holds("0001/b.jpg"));
}

TEST_F(SyncPassTest, NamesWhatCouldNotBeFetched) {
  auto running = Run(OrderFor("s3://bucket"));
  List({"0001/a.jpg"});
  downloader->Fail(AwaitDownload("a.jpg"), OriginError::kDenied);
  const SyncReport report = running.get();
  EXPECT_EQ(report.failed, 1u);
  ASSERT_THAT(report.items, SizeIs(1));
  EXPECT_EQ(report.items[0].action, SyncAction::kFailed);
  EXPECT_EQ(report.items[0].failure->code, FetchError::kOriginDenied);
}

TEST_F(SyncPassTest, EndsSoonWhenItIsStopped) {
  auto listing = Run(OrderFor("s3://bucket"));
  (void)AwaitDownload("list-type=2");
  pass->Stop();
  EXPECT_EQ(listing.get().failure->code, FetchError::kCancelled);

  auto fetching = Run(OrderFor("s3://bucket"));
  List({"0001/a.jpg"});
  (void)AwaitDownload("a.jpg");
  pass->Stop();
  EXPECT_EQ(fetching.get().added, 0u);
}

class SyncWithoutRoomTest : public SyncPassTest {
 protected:
  void SetUp() override {
    options.max_size_bytes = LimitFor(3 * 40 * 1024, 3, 3);
    SyncPassTest::SetUp();
  }

  // With two actors of one picture each, which somebody wanted.
  void FillRoom() {
    for (const char* object : {"a/1.jpg", "b/1.jpg"}) {
      auto fetched =
          Fetch(kBucketUrl + std::string(object), Urgency::kNormal, std::string(1, object[0]));
      downloader->Deliver(downloader->Running().back(), Jpeg(40 * 1024),
                          "\"" + std::string(object) + "\"");
      const auto outcome = fetched.get();
      ASSERT_TRUE(outcome) << outcome.error().detail;
    }
  }
};

TEST_F(SyncWithoutRoomTest, LeavesOutWhatWouldPushOthersOut) {
  ASSERT_NO_FATAL_FAILURE(FillRoom());
  auto running = Run(OrderFor("s3://bucket"));
  List({"a/1.jpg", "b/1.jpg", "c/1.jpg", "c/2.jpg"});
  const Downloader::Id first = AwaitDownload("c/1.jpg");
  const Downloader::Id second = AwaitDownload("c/2.jpg");  // begun before the first is refused
  downloader->Deliver(first, Jpeg(80 * 1024, 1));
  downloader->Deliver(second, Jpeg(80 * 1024, 2));
  const SyncReport report = running.get();
  EXPECT_EQ(report.left_out, 2u);
  EXPECT_EQ(store->Stats().evicted_entries, 0u);
  EXPECT_TRUE(Holds("a/1.jpg"));
  // Whoever asks for it gets it.
  auto wanted = Fetch(kBucketUrl + std::string("c/1.jpg"), Urgency::kNormal, "c");
  downloader->Deliver(downloader->Running().back(), Jpeg(80 * 1024, 1));
  EXPECT_TRUE(wanted.get());
  EXPECT_GT(store->Stats().evicted_entries, 0u);
}

TEST_F(SyncWithoutRoomTest, WhoJoinsADownloadMayHaveItsRoomMade) {
  ASSERT_NO_FATAL_FAILURE(FillRoom());
  auto running = Run(OrderFor("s3://bucket"));
  List({"a/1.jpg", "b/1.jpg", "c/1.jpg"});
  const Downloader::Id id = AwaitDownload("c/1.jpg");
  auto wanted = Fetch(kBucketUrl + std::string("c/1.jpg"), Urgency::kHigh, "c");
  downloader->Deliver(id, Jpeg(80 * 1024, 1));
  EXPECT_TRUE(wanted.get());
  EXPECT_EQ(running.get().added, 1u);
}

}  // namespace
}  // namespace image_cache::testing
