#include "native-server/services/revalidation/revalidation.h"

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class RevalidationTest : public FetchTest {
 protected:
  using Outcome = Result<RevalidationReport, RevalidationError>;

  void SetUp() override {
    FetchTest::SetUp();
    revalidation = std::make_unique<Revalidation>(*fetcher, *store, *downloader, addressing);
  }
  std::future<Outcome> Run(const std::string& actor_id) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    revalidation->Run(actor_id,
                      [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  // Stores a picture as a download with this ETag; the fake's ids begin at 1.
  Entry Store(const std::string& name, const std::string& actor_id, const std::string& etag) {
    auto fetched = Fetch(KeyOf(name), Urgency::kNormal, actor_id);
    downloader->Deliver(downloader->Running().back(), Jpeg(1000), etag);
    return fetched.get()->entry;
  }
  [[nodiscard]] bool AwaitAsked(std::size_t count) {
    return Eventually([&] { return downloader->Running().size() == count; });
  }
  [[nodiscard]] std::string UrlOf(Downloader::Id id) const { return downloader->urls()[id - 1]; }

  const S3Addressing addressing;
  std::unique_ptr<Revalidation> revalidation;  // goes first
};

TEST_F(RevalidationTest, TellsWhatBecameOfEachPicture) {
  for (const char* name : {"same.jpg", "changed.jpg", "gone.jpg", "denied.jpg"}) {
    (void)Store(name, "0001", std::string("\"") + name + "\"");
  }
  const Entry before = *store->Find(KeyOf("changed.jpg"));
  auto report = Run("");
  ASSERT_TRUE(AwaitAsked(4));
  for (const Downloader::Id id : downloader->Running()) {
    const std::string name = UrlOf(id).substr(UrlOf(id).rfind('/') + 1);
    EXPECT_EQ(downloader->known_etags()[id - 1], "\"" + name + "\"");
    if (name == "same.jpg") downloader->Fail(id, OriginError::kNotModified);
    if (name == "changed.jpg") downloader->Deliver(id, Jpeg(2000, 7), "\"new\"");
    if (name == "gone.jpg") downloader->Fail(id, OriginError::kNotFound);
    if (name == "denied.jpg") downloader->Fail(id, OriginError::kDenied);
  }
  EXPECT_EQ(
      report.get().value(),
      (RevalidationReport{.checked = 4, .unchanged = 1, .updated = 1, .gone = 1, .failed = 1}));
  EXPECT_NE(store->Find(KeyOf("changed.jpg"))->local_path, before.local_path);
  EXPECT_FALSE(store->Find(KeyOf("gone.jpg")));
  EXPECT_TRUE(store->Find(KeyOf("denied.jpg")));
}

TEST_F(RevalidationTest, IsJoinedByWhoAsksForTheSame) {
  (void)Store("a.jpg", "0001", "\"a\"");
  auto first = Run("0001");
  ASSERT_TRUE(AwaitAsked(1));
  auto second = Run("0001");
  downloader->Fail(2, OriginError::kNotModified);
  EXPECT_EQ(first.get()->unchanged, 1U);
  EXPECT_EQ(second.get()->unchanged, 1U);
  EXPECT_THAT(downloader->urls(), SizeIs(2)) << "one to store it, one to ask";
}

TEST_F(RevalidationTest, AsksAboutOneActorOnly) {
  (void)Store("a.jpg", "0001", "\"a\"");
  (void)Store("b.jpg", "0002", "\"b\"");
  auto report = Run("0002");
  ASSERT_TRUE(AwaitAsked(1));
  EXPECT_EQ(downloader->known_etags().back(), "\"b\"");
  downloader->Fail(3, OriginError::kNotModified);
  EXPECT_EQ(report.get()->checked, 1U);
  EXPECT_EQ(Run("nobody").get()->checked, 0U);
}

TEST_F(RevalidationTest, KeepsWhatWasReplacedWhileItWasAskedAbout) {
  (void)Store("a.jpg", "0001", "\"a\"");
  auto report = Run("");
  ASSERT_TRUE(AwaitAsked(1));
  const Entry newer = Publish(KeyOf("a.jpg"), "0001", Jpeg(3000, 3));
  downloader->Fail(2, OriginError::kNotFound);
  EXPECT_EQ(report.get().value(), RevalidationReport{}) << "neither gone nor anything else";
  EXPECT_EQ(store->Find(KeyOf("a.jpg")), newer);
}

TEST_F(RevalidationTest, RunsAFewAtOnceAndRefusesWhenTooManyWait) {
  (void)Store("a.jpg", "0001", "\"a\"");
  (void)Store("b.jpg", "0002", "\"b\"");
  const RevalidationStats limits = revalidation->Stats();
  ASSERT_EQ(limits.max_running, 2U);
  auto first = Run("0001"), second = Run("0002");
  ASSERT_TRUE(AwaitAsked(2));
  std::vector<std::future<Outcome>> waiting;
  for (std::size_t i = 0; i < limits.max_waiting; ++i) {
    waiting.push_back(Run("w" + std::to_string(i)));
  }
  EXPECT_EQ(revalidation->Stats().waiting, limits.max_waiting);
  EXPECT_EQ(Run("one-more").get().error().code, RevalidationError::kTooMany);
  auto joined = Run("w0");

  for (const Downloader::Id id : downloader->Running()) {
    downloader->Fail(id, OriginError::kNotModified);
  }
  for (auto& one : waiting) EXPECT_TRUE(one.get());
  EXPECT_TRUE(joined.get());
}

TEST_F(RevalidationTest, TellsWhoWaitsWhenItEnds) {
  (void)Store("a.jpg", "0001", "\"a\"");
  auto report = Run("0001");
  ASSERT_TRUE(AwaitAsked(1));
  revalidation.reset();
  EXPECT_TRUE(report.get());
  EXPECT_THAT(downloader->Running(), SizeIs(1)) << "its callback may come later";
  downloader->Fail(2, OriginError::kNotFound);
  EXPECT_TRUE(Eventually([&] { return !store->Find(KeyOf("a.jpg")); }));
}

}  // namespace
}  // namespace image_cache::testing
