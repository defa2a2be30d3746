#include "native-server/services/fetch/fetch_service.h"

#include <atomic>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using FetchServiceTest = FetchTest;

TEST_F(FetchServiceTest, StoresWhatItDownloads) {
  auto fetched = Fetch(KeyOf("0001/a.jpg"));
  EXPECT_THAT(downloader->urls(), ElementsAre(KeyOf("0001/a.jpg")));
  EXPECT_FALSE(IsReady(fetched));
  downloader->Deliver(1, Jpeg(5000));

  const FetchOutcome outcome = fetched.get();
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_FALSE(outcome->already_cached);
  EXPECT_EQ(outcome->entry.etag, "\"etag\"");
  EXPECT_EQ(outcome->entry.filename, "name.jpg");
  EXPECT_EQ(Serve(outcome->entry.local_path), Jpeg(5000));
  EXPECT_EQ(fetcher->Stats().in_flight, 0U);
}

TEST_F(FetchServiceTest, AnswersAtOnceWhatIsCached) {
  const Entry entry = Publish(KeyOf("a.jpg"), "0001", Jpeg(1000));
  auto fetched = Fetch(KeyOf("a.jpg"));
  ASSERT_TRUE(IsReady(fetched));
  const FetchOutcome outcome = fetched.get();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->already_cached);
  EXPECT_EQ(outcome->entry, entry);
  EXPECT_THAT(downloader->urls(), IsEmpty());
}

TEST_F(FetchServiceTest, FetchesAnewWhatWasDeletedFromTheDisk) {
  Publish(KeyOf("a.jpg"), "0001", Jpeg(1000));
  std::filesystem::remove_all(cache_dir);
  auto fetched = Fetch(KeyOf("a.jpg"));
  ASSERT_EQ(downloader->Running().size(), 1U);
  downloader->Deliver(1, Jpeg(1000));
  const FetchOutcome outcome = fetched.get();
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_FALSE(outcome->already_cached);
  EXPECT_EQ(Serve(outcome->entry.local_path), Jpeg(1000));
}

TEST_F(FetchServiceTest, FetchesTheUrlAsItWasGivenAndKeepsTheKey) {
  const std::string signature = "?X-Amz-Signature=abc&X-Amz-Expires=60";
  auto fetched = Fetch("https://training.s3.amazonaws.com/a.jpg" + signature);
  EXPECT_THAT(downloader->urls(),
              ElementsAre("https://training.s3.amazonaws.com/a.jpg" + signature));
  downloader->Deliver(1, Jpeg(1000));
  const FetchOutcome outcome = fetched.get();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->entry.s3_url, KeyOf("a.jpg"));
}

TEST_F(FetchServiceTest, RefusesWhatMayNotBeFetched) {
  const auto error_of = [this](const std::string& url) {
    auto fetched = Fetch(url);
    EXPECT_TRUE(IsReady(fetched)) << url;
    const FetchOutcome outcome = fetched.get();
    return outcome ? std::optional<FetchError>() : outcome.error().code;
  };
  EXPECT_EQ(error_of("https://evil.example.com/a.jpg"), FetchError::kOriginNotAllowed);
  EXPECT_EQ(error_of("http://169.254.169.254/latest"), FetchError::kOriginNotAllowed);
  EXPECT_EQ(error_of("not a url"), FetchError::kInvalidUrl);
  EXPECT_EQ(error_of("file:///etc/passwd"), FetchError::kInvalidUrl);
  EXPECT_EQ(error_of("s3://bucket"), FetchError::kInvalidUrl);
  EXPECT_THAT(downloader->urls(), IsEmpty());
}

TEST_F(FetchServiceTest, MakesOneDownloadForAHundredAtOnce) {
  std::vector<std::future<FetchOutcome>> futures(100);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, &futures, t] {
      for (std::size_t i = static_cast<std::size_t>(t); i < futures.size(); i += 4) {
        // Each with a signature of its own, as a page would ask.
        futures[i] = Fetch(KeyOf("a.jpg") + "?X-Amz-Signature=" + std::to_string(i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(downloader->urls().size(), 1U);
  EXPECT_EQ(fetcher->Stats().coalesced, 99U);
  EXPECT_EQ(fetcher->Stats().in_flight, 1U);
  downloader->Deliver(1, Jpeg(1000));
  for (auto& future : futures) {
    const FetchOutcome outcome = future.get();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->entry.s3_url, KeyOf("a.jpg"));
  }
  EXPECT_EQ(downloader->urls().size(), 1U);
}

TEST_F(FetchServiceTest, DownloadsNothingTwiceWhileItIsPublished) {
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  std::vector<std::thread> askers;
  for (int t = 0; t < 3; ++t) {
    askers.emplace_back([&] {
      while (!stop) failed += Fetch(KeyOf("a.jpg")).get() ? 0 : 1;
    });
  }
  EXPECT_TRUE(Eventually([&] { return downloader->Running().size() == 1; }));
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_TRUE(Eventually([&] { return store->Find(KeyOf("a.jpg")).has_value(); }));
  stop = true;
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(downloader->urls().size(), 1U);
  EXPECT_EQ(failed, 0);
}

TEST_F(FetchServiceTest, PromotesWhatIsAskedForMoreUrgently) {
  auto low = Fetch(KeyOf("a.jpg"), Urgency::kLow);
  auto normal = Fetch(KeyOf("a.jpg"), Urgency::kNormal);
  auto low_again = Fetch(KeyOf("a.jpg"), Urgency::kLow);
  auto demand = Fetch(KeyOf("a.jpg"), Urgency::kDemand);
  EXPECT_THAT(downloader->urgencies(), ElementsAre(Urgency::kLow));
  EXPECT_THAT(downloader->promotions(),
              ElementsAre(FakeDownloader::Promotion{.id = 1, .urgency = Urgency::kNormal},
                          FakeDownloader::Promotion{.id = 1, .urgency = Urgency::kDemand}));
  downloader->Deliver(1, Jpeg(1000));
  for (auto* future : {&low, &normal, &low_again, &demand}) EXPECT_TRUE(future->get());
}

TEST_F(FetchServiceTest, TellsEveryOneOfAFailureAndTriesAnewAfterwards) {
  auto first = Fetch(KeyOf("a.jpg"));
  auto second = Fetch(KeyOf("a.jpg"));
  downloader->Fail(1, OriginError::kDenied);
  EXPECT_EQ(first.get().error().code, FetchError::kOriginDenied);
  EXPECT_EQ(second.get().error().code, FetchError::kOriginDenied);
  auto third = Fetch(KeyOf("a.jpg"));
  EXPECT_EQ(downloader->urls().size(), 2U);
  downloader->Deliver(2, Jpeg(1000));
  EXPECT_TRUE(third.get());
}

TEST_F(FetchServiceTest, LeavesNothingOfATruncatedDownload) {
  auto fetched = Fetch(KeyOf("a.jpg"));
  downloader->Fail(1, OriginError::kTruncated, Jpeg(5000));
  EXPECT_EQ(fetched.get().error().code, FetchError::kOriginTruncated);
  EXPECT_EQ(TemporaryPictures(), 0U);
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));
}

TEST_F(FetchServiceTest, TellsWhyTheStoreRefused) {
  auto html = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(1, "<!doctype html>" + std::string(500, ' '));
  EXPECT_EQ(html.get().error().code, FetchError::kNotAPicture);
  auto empty = Fetch(KeyOf("b.jpg"));
  downloader->Deliver(2, "");
  EXPECT_EQ(empty.get().error().code, FetchError::kNotAPicture);
}

TEST_F(FetchServiceTest, RefusesATooLargePictureByItsLength) {
  fetcher.reset();
  options.max_image_bytes = 1000;
  Reopen();
  fetcher = std::make_unique<FetchService>(*store, *downloader, policy, S3Addressing{}, clock);
  auto fetched = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1001));
  EXPECT_EQ(fetched.get().error().code, FetchError::kTooLarge);
}

TEST_F(FetchServiceTest, KeepsNoEtagThatCouldEndAHeader) {
  for (const std::string etag : {"\"a\r\nSet-Cookie: x\"", "\"\xff\"", "\"a b\""}) {
    ASSERT_TRUE(Remove(KeyOf("a.jpg")));
    auto fetched = Fetch(KeyOf("a.jpg"));
    downloader->Deliver(downloader->Running().front(), Jpeg(1000), etag);
    EXPECT_EQ(fetched.get()->entry.etag, "");
  }
}

TEST_F(FetchServiceTest, DoesNotPublishWhatIsForgottenInFlight) {
  auto fetched = Fetch(KeyOf("a.jpg"));
  fetcher->Forget(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_EQ(fetched.get().error().code, FetchError::kCancelled);
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));
  EXPECT_THAT(FilesBeneath(cache_dir / "images"), IsEmpty());
}

TEST_F(FetchServiceTest, FetchesAnewWhatIsAskedForAfterItWasForgotten) {
  auto before = Fetch(KeyOf("a.jpg"));
  fetcher->Forget(KeyOf("a.jpg"));
  auto after = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(2, Jpeg(1000, 2));
  ASSERT_TRUE(after.get());
  downloader->Deliver(1, Jpeg(1000, 1));
  EXPECT_EQ(before.get().error().code, FetchError::kCancelled);
  const auto entry = store->Find(KeyOf("a.jpg"));
  ASSERT_TRUE(entry);
  EXPECT_EQ(Serve(entry->local_path), Jpeg(1000, 2));
}

TEST_F(FetchServiceTest, ForgetsOneActorOrAll) {
  auto first = Fetch(KeyOf("1.jpg"), Urgency::kNormal, "0001");
  auto second = Fetch(KeyOf("2.jpg"), Urgency::kNormal, "0002");
  auto third = Fetch(KeyOf("3.jpg"), Urgency::kNormal, "0003");
  fetcher->ForgetActor("0001");
  downloader->Deliver(1, Jpeg(1000));
  downloader->Deliver(2, Jpeg(1000));
  EXPECT_FALSE(first.get());
  EXPECT_TRUE(second.get());
  fetcher->ForgetAll();
  downloader->Deliver(3, Jpeg(1000));
  EXPECT_FALSE(third.get());
  EXPECT_EQ(store->Stats().totals.entries, 1U);
}

TEST_F(FetchServiceTest, KeepsNothingWhenForgettingRacesWithPublishing) {
  for (int i = 0; i < 200; ++i) {
    auto fetched = Fetch(KeyOf("a.jpg"));
    const Downloader::Id id = downloader->Running().front();
    std::thread delivering([&] { downloader->Deliver(id, Jpeg(500, i)); });
    // As an invalidation does it: forget what is under way, then remove what is there.
    fetcher->Forget(KeyOf("a.jpg"));
    ASSERT_TRUE(Remove(KeyOf("a.jpg")));
    delivering.join();
    (void)fetched
        .get();  // either outcome is right; that it comes, and that nothing stays, is the point
    ASSERT_TRUE(Remove("nothing"));
    ASSERT_FALSE(store->Find(KeyOf("a.jpg"))) << i;
  }
}

TEST_F(FetchServiceTest, TellsThoseWhoWaitWhenItEnds) {
  auto fetched = Fetch(KeyOf("a.jpg"));
  fetcher.reset();
  EXPECT_EQ(fetched.get().error().code, FetchError::kCancelled);
}

TEST_F(FetchServiceTest, AsksTheOriginWhetherAStoredPictureIsStillTheNewest) {
  auto first = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1000), "\"one\"");
  const Entry stored = first.get()->entry;
  const auto again = [&] {
    auto promise = std::make_shared<std::promise<FetchOutcome>>();
    fetcher->Fetch({.s3_url = KeyOf("a.jpg"),
                    .actor_id = "0001",
                    .filename = "a.jpg",
                    .known_etag = "\"one\""},
                   [promise](FetchOutcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  };

  auto unchanged = again();
  EXPECT_EQ(downloader->known_etags().back(), "\"one\"");
  downloader->Fail(2, OriginError::kNotModified);
  const FetchOutcome kept = unchanged.get();
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->already_cached);
  EXPECT_EQ(kept->entry, stored);

  auto changed = again();
  downloader->Deliver(3, Jpeg(1000, 7), "\"two\"");
  const FetchOutcome replaced = changed.get();
  ASSERT_TRUE(replaced);
  EXPECT_FALSE(replaced->already_cached);
  EXPECT_NE(replaced->entry.local_path, stored.local_path);
  EXPECT_EQ(store->Find(KeyOf("a.jpg")), replaced->entry);
}

TEST_F(FetchServiceTest, DownloadsAnewForWhoJoinedWhenTheCopyIsCurrentAndEvicted) {
  auto first = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1000), "\"one\"");
  ASSERT_TRUE(first.get());
  std::promise<FetchOutcome> revalidated;
  fetcher->Fetch(
      {.s3_url = KeyOf("a.jpg"), .actor_id = "0001", .filename = "a.jpg", .known_etag = "\"one\""},
      [&](FetchOutcome outcome) { revalidated.set_value(std::move(outcome)); });
  ASSERT_TRUE(Remove(KeyOf("a.jpg")));  // as an eviction does, which forgets no download
  auto joined = Fetch(KeyOf("a.jpg"));
  downloader->Fail(2, OriginError::kNotModified);
  ASSERT_FALSE(IsReady(joined));
  EXPECT_EQ(downloader->known_etags().back(), "");
  downloader->Deliver(3, Jpeg(1000), "\"one\"");
  const FetchOutcome fetched = joined.get();
  ASSERT_TRUE(fetched);
  EXPECT_EQ(store->Find(KeyOf("a.jpg")), fetched->entry);
  EXPECT_TRUE(revalidated.get_future().get());
}

TEST_F(FetchServiceTest, DownloadsNothingWhenTheCopyIsCurrentAndEvictedAndNobodyElseWantsIt) {
  auto first = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1000), "\"one\"");
  ASSERT_TRUE(first.get());
  std::promise<FetchOutcome> revalidated;
  fetcher->Fetch(
      {.s3_url = KeyOf("a.jpg"), .actor_id = "0001", .filename = "a.jpg", .known_etag = "\"one\""},
      [&](FetchOutcome outcome) { revalidated.set_value(std::move(outcome)); });
  ASSERT_TRUE(Remove(KeyOf("a.jpg")));
  downloader->Fail(2, OriginError::kNotModified);
  EXPECT_EQ(revalidated.get_future().get().error().code, FetchError::kCancelled);
  EXPECT_EQ(downloader->known_etags().size(), 2U);
}

TEST_F(FetchServiceTest, CanBeAskedFromItsOwnCallback) {
  std::promise<FetchOutcome> second;
  fetcher->Fetch({.s3_url = KeyOf("a.jpg"), .actor_id = "0001", .filename = ""},
                 [&](const FetchOutcome& first) {
                   EXPECT_TRUE(first);
                   fetcher->Fetch({.s3_url = KeyOf("a.jpg"), .actor_id = "0001", .filename = ""},
                                  [&](FetchOutcome again) { second.set_value(std::move(again)); });
                 });
  downloader->Deliver(1, Jpeg(1000));
  const FetchOutcome again = second.get_future().get();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_cached);
}

}  // namespace
}  // namespace image_cache::testing
