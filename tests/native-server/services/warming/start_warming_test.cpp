#include "native-server/services/warming/start_warming.h"

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/sync/sync_fixture.h"

namespace image_cache::testing {
namespace {

using State = WarmingStats::State;

class StartWarmingTest : public SyncTest {
 protected:
  StartWarmingTest() { options.records_openings = true; }

  void Make(WarmingPlan plan) {
    warming = std::make_unique<StartWarming>(*fetcher, *store, *downloader, addressing, clock,
                                             std::move(plan));
  }
  static WarmingPlan FolderPlan() {
    WarmingPlan plan;
    plan.folders = {*ParseBucketFolder("s3://bucket/")};
    return plan;
  }
  [[nodiscard]] bool AwaitDone() {
    return Eventually([this] { return warming->Stats().state == State::kDone; });
  }
  // As a new run of the server.
  void Restart() {
    fetcher.reset();
    Reopen();
    fetcher = std::make_unique<FetchService>(*store, *downloader, policy, S3Addressing{}, clock);
  }

  std::unique_ptr<StartWarming> warming;  // goes first
};

TEST_F(StartWarmingTest, WithoutAPlanThereIsNothing) {
  Make(WarmingPlan());
  warming->Begin();
  EXPECT_EQ(warming->Stats().state, State::kOff);
}

TEST_F(StartWarmingTest, FetchesListsAndFoldersOnceItMayBegin) {
  StoreListed("0001/a.jpg");
  const std::size_t asked = downloader->urls().size();
  PrefetchOrder order{.actor_id = "list",
                      .images = {{.s3_url = "s3://bucket/x.jpg", .filename = {}}}};
  WarmingPlan plan = FolderPlan();
  plan.orders = {order};
  Make(plan);
  EXPECT_EQ(warming->Stats().state, State::kWaiting);
  EXPECT_EQ(downloader->urls().size(), asked);
  warming->Begin();
  downloader->Deliver(AwaitDownload("x.jpg"), Jpeg(1000, 1));
  List({"0001/a.jpg", "0002/b.jpg"});
  const Downloader::Id id = AwaitDownload("b.jpg");
  EXPECT_EQ(downloader->urgencies()[id - 1], Urgency::kLow);
  downloader->Deliver(id, Jpeg(2000, 2));
  ASSERT_TRUE(AwaitDone());
  const WarmingStats stats = warming->Stats();
  EXPECT_EQ(stats.fetched, 2u);
  EXPECT_EQ(stats.already_cached, 1u);
  EXPECT_EQ(stats.bytes, 3000u);
  EXPECT_TRUE(Holds("0002/b.jpg"));
}

TEST_F(StartWarmingTest, DropsNothingThatAFolderDoesNotListAndRefreshesNothing) {
  StoreListed("0001/gone.jpg");
  StoreObject("0001/changed.jpg", "0001", "\"old\"");
  const std::size_t asked = downloader->urls().size();
  Make(FolderPlan());
  warming->Begin();
  List({"0001/changed.jpg"});
  ASSERT_TRUE(AwaitDone());
  EXPECT_TRUE(Holds("0001/gone.jpg"));
  EXPECT_EQ(downloader->urls().size(), asked + 1) << "the listing";
}

TEST_F(StartWarmingTest, FetchesWhatIsMissingOfTheLastRun) {
  StoreListed("0001/a.jpg");
  StoreListed("0001/b.jpg");
  clock.Advance(120'000);
  store->NoteOpened("0001");
  Restart();
  ASSERT_TRUE(Remove(std::string(kBucketUrl) + "0001/b.jpg"));
  WarmingPlan plan;
  plan.last_run = true;
  Make(plan);
  warming->Begin();
  downloader->Deliver(AwaitDownload("0001/b.jpg"), Jpeg(1000));
  ASSERT_TRUE(AwaitDone());
  EXPECT_EQ(warming->Stats().fetched, 1u);
  EXPECT_EQ(warming->Stats().already_cached, 1u);
  EXPECT_EQ(store->Find(std::string(kBucketUrl) + "0001/b.jpg")->actor_id, "0001");
}

TEST_F(StartWarmingTest, LooksForAnActorInItsFolder) {
  WarmingPlan plan;
  plan.actors = {"0007"};
  plan.places = {*ParseBucketFolder("s3://bucket/faces/")};
  Make(plan);
  warming->Begin();
  const Downloader::Id listing = AwaitDownload("list-type=2");
  EXPECT_NE(downloader->urls()[listing - 1].find("prefix=faces%2F0007%2F"), std::string::npos);
  List({"faces/0007/a.jpg"});
  downloader->Deliver(AwaitDownload("a.jpg"), Jpeg(1000));
  ASSERT_TRUE(AwaitDone());
  EXPECT_EQ(store->Find(std::string(kBucketUrl) + "faces/0007/a.jpg")->actor_id, "0007");
}

TEST_F(StartWarmingTest, FetchesWhatIsExpectedLastOfAllAndNobodyTwice) {
  const auto url = [](const std::string& object) { return kBucketUrl + object; };
  WarmingPlan plan;
  plan.actors = {"0001"};
  plan.places = {*ParseBucketFolder("s3://bucket/faces/")};
  plan.likely = [&url] {
    return std::vector<OpenedActor>{{.actor_id = "0001", .keys = {url("named.jpg")}},
                                    {.actor_id = "0002", .keys = {url("likely.jpg")}}};
  };
  Make(plan);
  EXPECT_EQ(warming->Stats().state, State::kWaiting);
  warming->Begin();
  List({});
  const Downloader::Id id = AwaitDownload("likely.jpg");
  EXPECT_EQ(downloader->urgencies()[id - 1], Urgency::kLow);
  downloader->Deliver(id, Jpeg(1000));
  ASSERT_TRUE(AwaitDone());
  EXPECT_EQ(warming->Stats().actors, 2u);
  EXPECT_EQ(warming->Stats().fetched, 1u);
  EXPECT_EQ(store->Find(url("likely.jpg"))->actor_id, "0002");
  EXPECT_EQ(downloader->urls().size(), 2u) << "the listing and the picture";
}

TEST_F(StartWarmingTest, CountsWhatDidNotWork) {
  PrefetchOrder order{.actor_id = "list",
                      .images = {{.s3_url = "s3://bucket/x.jpg", .filename = {}},
                                 {.s3_url = "http://other.example/x.jpg", .filename = {}}}};
  WarmingPlan plan = FolderPlan();
  plan.orders = {order};
  Make(plan);
  warming->Begin();
  downloader->Fail(AwaitDownload("x.jpg"), OriginError::kNotFound);
  downloader->Fail(AwaitDownload("list-type=2"), OriginError::kDenied);
  ASSERT_TRUE(AwaitDone());
  EXPECT_EQ(warming->Stats().failed, 2u);
  EXPECT_EQ(warming->Stats().failed_listings, 1u);
}

TEST_F(StartWarmingTest, EndsSoonWhenItIsStopped) {
  Make(FolderPlan());
  warming->Begin();
  List({"0001/a.jpg"});
  (void)AwaitDownload("a.jpg");
  warming->Stop();
  EXPECT_TRUE(Eventually([this] { return warming->Stats().state == State::kStopped; }));
  EXPECT_FALSE(Holds("0001/a.jpg"));
}

}  // namespace
}  // namespace image_cache::testing
