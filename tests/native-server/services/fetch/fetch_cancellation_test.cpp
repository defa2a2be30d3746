// Who leaves a fetch before its end: what is cancelled, and who is told.
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FetchCancellationTest : public FetchTest {
 protected:
  struct Waiting {
    FetchTicket ticket;
    std::future<FetchOutcome> outcome;
  };

  Waiting Wait(const std::string& url) {
    auto promise = std::make_shared<std::promise<FetchOutcome>>();
    auto future = promise->get_future();
    // A second call would throw: a promise can be kept only once.
    FetchTicket ticket = fetcher->FetchAdmitted(
        *fetcher->Admit(url), {.s3_url = url, .actor_id = "0001", .filename = "a.jpg"},
        [promise](FetchOutcome outcome) { promise->set_value(std::move(outcome)); });
    return {.ticket = std::move(ticket), .outcome = std::move(future)};
  }
};

TEST_F(FetchCancellationTest, CancelsTheDownloadWhenTheLastHasLeft) {
  Waiting first = Wait(KeyOf("a.jpg"));
  Waiting second = Wait(KeyOf("a.jpg"));

  fetcher->Leave(first.ticket);
  EXPECT_EQ(first.outcome.get().error().code, FetchError::kCancelled);
  EXPECT_THAT(downloader->Running(), SizeIs(1)) << "the second still waits";

  fetcher->Leave(second.ticket);
  EXPECT_EQ(second.outcome.get().error().code, FetchError::kCancelled);
  EXPECT_THAT(downloader->Running(), IsEmpty());
  EXPECT_EQ(fetcher->Stats().in_flight, 0U);
}

TEST_F(FetchCancellationTest, LeavesThePictureToThoseWhoStay) {
  Waiting leaves = Wait(KeyOf("a.jpg"));
  Waiting stays = Wait(KeyOf("a.jpg"));
  fetcher->Leave(leaves.ticket);
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_TRUE(stays.outcome.get());
  EXPECT_TRUE(store->Find(KeyOf("a.jpg")));
}

TEST_F(FetchCancellationTest, DownloadsAnewForWhoComesAfterTheCancellation) {
  Waiting gone = Wait(KeyOf("a.jpg"));
  fetcher->Leave(gone.ticket);
  Waiting comes = Wait(KeyOf("a.jpg"));
  EXPECT_THAT(downloader->Running(), ElementsAre(2));
  downloader->Deliver(2, Jpeg(1000));
  EXPECT_TRUE(comes.outcome.get());
}

TEST_F(FetchCancellationTest, KeepsWhatIsWholeAlready) {
  // The store's writer is held up, so that the picture is whole and not yet published.
  std::promise<void> go_on;
  store->Remove("nothing", [&go_on](const auto&) { go_on.get_future().wait(); });
  Waiting waiting = Wait(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1000));
  fetcher->Leave(waiting.ticket);
  EXPECT_FALSE(IsReady(waiting.outcome));
  go_on.set_value();
  EXPECT_TRUE(waiting.outcome.get());
  EXPECT_TRUE(store->Find(KeyOf("a.jpg")));
}

TEST_F(FetchCancellationTest, TakesALateTicketForNothing) {
  Waiting waiting = Wait(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1000));
  ASSERT_TRUE(waiting.outcome.get());
  fetcher->Leave(waiting.ticket);
  fetcher->Leave(Wait(KeyOf("a.jpg")).ticket);  // of what was cached, so nobody waited
  EXPECT_TRUE(store->Find(KeyOf("a.jpg")));
}

}  // namespace
}  // namespace image_cache::testing
