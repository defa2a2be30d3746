#include "native-server/services/prefetch/prefetch_service.h"

#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;

class PrefetchServiceTest : public FetchTest {
 protected:
  static PrefetchOrder OrderOf(const std::vector<std::string>& urls) {
    PrefetchOrder order;
    order.actor_id = "0001";
    for (const std::string& url : urls) order.images.push_back({.s3_url = url, .filename = ""});
    return order;
  }
  std::future<PrefetchReport> Run(PrefetchOrder order) {
    auto promise = std::make_shared<std::promise<PrefetchReport>>();
    auto future = promise->get_future();
    PrefetchService(*fetcher, prefetches).Run(std::move(order), [promise](PrefetchReport report) {
      promise->set_value(std::move(report));
    });
    return future;
  }

  RunningPrefetches prefetches;
};

TEST_F(PrefetchServiceTest, FetchesAllInParallelAndReportsInOrder) {
  auto running = Run(OrderOf({KeyOf("a.jpg"), KeyOf("b.jpg"), KeyOf("c.jpg")}));
  ASSERT_EQ(downloader->Running().size(), 3U);
  downloader->Deliver(3, Jpeg(3000));
  downloader->Fail(2, OriginError::kNotFound);
  downloader->Deliver(1, Jpeg(1000));

  const PrefetchReport report = running.get();
  EXPECT_EQ(report.actor_id, "0001");
  ASSERT_EQ(report.items.size(), 3U);
  EXPECT_EQ(report.items[0].outcome->entry.size_bytes, 1000U);
  EXPECT_EQ(report.items[1].outcome.error().code, FetchError::kOriginNotFound);
  EXPECT_EQ(report.items[2].outcome->entry.size_bytes, 3000U);
  EXPECT_EQ(report.bytes, 4000U);
}

TEST_F(PrefetchServiceTest, TakesWhatIsCachedWithoutCountingItsBytes) {
  Publish(KeyOf("a.jpg"), "0001", Jpeg(1000));
  const PrefetchReport report = Run(OrderOf({KeyOf("a.jpg")})).get();
  ASSERT_TRUE(report.items[0].outcome);
  EXPECT_TRUE(report.items[0].outcome->already_cached);
  EXPECT_EQ(report.bytes, 0U);
}

TEST_F(PrefetchServiceTest, FetchesAnObjectThatIsNamedTwiceOnce) {
  auto running =
      Run(OrderOf({KeyOf("a.jpg") + "?X-Amz-Signature=1", KeyOf("b.jpg"), "s3://training/a.jpg"}));
  ASSERT_EQ(downloader->Running().size(), 2U);
  downloader->Deliver(1, Jpeg(1000));
  downloader->Deliver(2, Jpeg(2000));
  const PrefetchReport report = running.get();
  EXPECT_EQ(report.items[0].outcome->entry, report.items[2].outcome->entry);
  EXPECT_FALSE(report.items[2].outcome->already_cached);
  EXPECT_EQ(report.items[2].s3_url, "s3://training/a.jpg");
  EXPECT_EQ(report.bytes, 3000U);
  EXPECT_EQ(fetcher->Stats().coalesced, 0U);
}

TEST_F(PrefetchServiceTest, FailsABadImageAlone) {
  auto running = Run(
      OrderOf({"not a url", KeyOf("a.jpg"), "https://evil.example.com/secret?X-Amz-Signature=s"}));
  downloader->Deliver(1, Jpeg(1000));
  const PrefetchReport report = running.get();
  EXPECT_EQ(report.items[0].outcome.error().code, FetchError::kInvalidUrl);
  EXPECT_TRUE(report.items[1].outcome);
  EXPECT_EQ(report.items[2].outcome.error().code, FetchError::kOriginNotAllowed);
}

TEST_F(PrefetchServiceTest, ReportsAnEmptyOrderAtOnce) {
  EXPECT_THAT(Run(OrderOf({})).get().items, IsEmpty());
}

TEST_F(PrefetchServiceTest, AsksWithTheOrdersUrgency) {
  PrefetchOrder order = OrderOf({KeyOf("a.jpg"), KeyOf("b.jpg")});
  order.priority = PrefetchPriority::kHigh;
  auto running = Run(order);
  EXPECT_THAT(downloader->urgencies(), Each(Urgency::kHigh));
}

TEST_F(PrefetchServiceTest, TakesTheNameFromTheUrlWhenThereIsNone) {
  const auto name_of = [this](const std::string& file, const std::string& filename) {
    PrefetchOrder order = OrderOf({KeyOf(file)});
    order.images[0].filename = filename;
    auto running = Run(order);
    downloader->Deliver(downloader->Running().front(), Jpeg(1000));
    return running.get().items[0].outcome->entry.filename;
  };
  EXPECT_EQ(name_of("0001/given.jpg", "A name.jpg"), "A name.jpg");
  EXPECT_EQ(name_of("0001/portrait.jpg?versionId=1", ""), "portrait.jpg");
  EXPECT_EQ(name_of("0001/caf%C3%A9%20au%20lait.jpg", ""), "caf\u00e9 au lait.jpg");
  EXPECT_EQ(name_of("0001/%FF%FE.jpg", ""), "%FF%FE.jpg") << "not UTF-8, so as it is written";
  EXPECT_EQ(name_of("0001/a%0Ab.jpg", ""), "a%0Ab.jpg") << "a control character";
}

}  // namespace
}  // namespace image_cache::testing
