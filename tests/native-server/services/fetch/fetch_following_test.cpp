// Who reads a picture while it is downloaded.

#include "shared/paths/image_type.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/following_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// So much of a Jpeg tells what it is and how large: up to its frame's number of components.
constexpr std::size_t kTellingBytes = 12;

TEST_F(FetchFollowingTest, GivesThePictureWithItsFirstBytes) {
  const std::string content = Jpeg(5000);
  auto opened = Open(KeyOf("a.jpg"));
  DownloadSink& sink = downloader->SinkOf(1);
  ASSERT_TRUE(sink.OnHead({.content_length = 5000, .etag = "\"e\"", .content_type = {}}));
  ASSERT_TRUE(sink.OnBytes({content.data(), kTellingBytes - 1}));
  EXPECT_FALSE(IsReady(opened)) << "so few bytes do not tell that it is a picture";
  ASSERT_TRUE(sink.OnBytes({content.data() + kTellingBytes - 1, 100}));

  const OpenedMiss miss = MissOf(opened);
  EXPECT_FALSE(miss.joined);
  EXPECT_EQ(miss.picture.type, ImageType::kJpeg);
  const GrowingFile& file = *miss.picture.file;
  EXPECT_EQ(file.total_bytes(), 5000U);
  EXPECT_EQ(Read(file), content.substr(0, kTellingBytes + 99));
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));

  ASSERT_TRUE(
      sink.OnBytes({content.data() + kTellingBytes + 99, content.size() - kTellingBytes - 99}));
  downloader->Finish(1);
  EXPECT_EQ(file.progress().state, GrowingFile::State::kWhole);
  EXPECT_TRUE(Eventually([&] { return store->Find(KeyOf("a.jpg")).has_value(); }));
  EXPECT_EQ(Read(file), content) << "the descriptor is good where the file has gone";
}

TEST_F(FetchFollowingTest, LetsEverybodyFollowTheOneDownload) {
  auto first = Open(KeyOf("a.jpg"));
  auto waits = Open(KeyOf("a.jpg"));
  DownloadSink& sink = downloader->SinkOf(1);
  ASSERT_TRUE(sink.OnHead({.content_length = 5000, .etag = {}, .content_type = {}}));
  ASSERT_TRUE(sink.OnBytes(Jpeg(5000).substr(0, 1000)));
  auto late = Open(KeyOf("a.jpg") + "?X-Amz-Signature=another");
  ASSERT_TRUE(IsReady(late));
  const OpenedMiss started = MissOf(first);
  const OpenedMiss joined = MissOf(waits);
  const OpenedMiss joined_late = MissOf(late);
  EXPECT_FALSE(started.joined);
  EXPECT_TRUE(joined.joined);
  EXPECT_TRUE(joined_late.joined);
  EXPECT_EQ(started.picture.file, joined.picture.file);
  EXPECT_EQ(started.picture.file, joined_late.picture.file);
  EXPECT_THAT(downloader->urls(), SizeIs(1));
  EXPECT_EQ(fetcher->Stats().coalesced, 2U);
}

TEST_F(FetchFollowingTest, JoinsAPrefetchAndPromotesIt) {
  auto prefetch = Fetch(KeyOf("a.jpg"), Urgency::kLow);
  auto opened = Open(KeyOf("a.jpg"));
  EXPECT_THAT(downloader->promotions(), ::testing::ElementsAre(FakeDownloader::Promotion{
                                            .id = 1, .urgency = Urgency::kDemand}));
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_TRUE(MissOf(opened).joined);
  EXPECT_TRUE(prefetch.get());
}

TEST_F(FetchFollowingTest, GivesWhatIsStoredAtOnce) {
  const Entry entry = Publish(KeyOf("a.jpg"), "0001", Jpeg(1000));
  auto opened = Open(KeyOf("a.jpg"));
  ASSERT_TRUE(IsReady(opened));
  EXPECT_EQ(std::get<Entry>(opened.get().value()), entry);
  EXPECT_THAT(downloader->urls(), IsEmpty());
}

TEST_F(FetchFollowingTest, TellsWhyThereIsNoPicture) {
  auto missing = Open(KeyOf("a.jpg"));
  downloader->Fail(1, OriginError::kNotFound);
  EXPECT_EQ(missing.get().error().code, FetchError::kOriginNotFound);
  auto html = Open(KeyOf("b.jpg"));
  downloader->Deliver(2, "<!doctype html>" + std::string(500, ' '));
  EXPECT_EQ(html.get().error().code, FetchError::kNotAPicture);
  auto empty = Open(KeyOf("c.jpg"));
  downloader->Deliver(3, "");
  EXPECT_EQ(empty.get().error().code, FetchError::kNotAPicture);
}

TEST_F(FetchFollowingTest, GivesAPictureShorterThanItsSniffing) {
  const std::string tiny = Jpeg(20);
  auto opened = Open(KeyOf("a.jpg"));
  downloader->Deliver(1, tiny);
  const OpenedMiss miss = MissOf(opened);
  EXPECT_EQ(Read(*miss.picture.file), tiny);
  EXPECT_EQ(miss.picture.file->progress().state, GrowingFile::State::kWhole);
}

TEST_F(FetchFollowingTest, FailsWithTheDownloadAndStoresNothing) {
  auto opened = Open(KeyOf("a.jpg"));
  downloader->Fail(1, OriginError::kTruncated, Jpeg(5000));
  EXPECT_EQ(MissOf(opened).picture.file->progress().state, GrowingFile::State::kFailed);
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));
  EXPECT_EQ(TemporaryPictures(), 0U);
  auto again = Open(KeyOf("a.jpg"));
  EXPECT_THAT(downloader->Running(), SizeIs(1)) << "nobody is given what has failed";
}

TEST_F(FetchFollowingTest, GoesOnThoughAPrefetchThatJoinedLeaves) {
  auto opened = Open(KeyOf("a.jpg"));
  const FetchTicket ticket = fetcher->FetchAdmitted(
      KeyOf("a.jpg"), {.s3_url = KeyOf("a.jpg"), .actor_id = "0001", .filename = ""},
      [](const FetchOutcome&) {});
  fetcher->Leave(ticket);
  ASSERT_THAT(downloader->Running(), SizeIs(1));
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_EQ(Read(*MissOf(opened).picture.file), Jpeg(1000));
}

TEST_F(FetchFollowingTest, GivesAForgottenPictureWholeToThoseWhoFollowItAndPublishesItNot) {
  auto opened = Open(KeyOf("a.jpg"));
  DownloadSink& sink = downloader->SinkOf(1);
  ASSERT_TRUE(sink.OnHead({.content_length = 5000, .etag = {}, .content_type = {}}));
  ASSERT_TRUE(sink.OnBytes(Jpeg(5000).substr(0, 1000)));
  fetcher->Forget(KeyOf("a.jpg"));
  auto anew = Open(KeyOf("a.jpg"));
  EXPECT_FALSE(IsReady(anew)) << "it waits for a download of its own";
  ASSERT_TRUE(sink.OnBytes(Jpeg(5000).substr(1000)));
  downloader->Finish(1);
  EXPECT_EQ(Read(*MissOf(opened).picture.file), Jpeg(5000));
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));
  downloader->Deliver(2, Jpeg(1000, 2));
  EXPECT_EQ(Read(*MissOf(anew).picture.file), Jpeg(1000, 2));
}

TEST_F(FetchFollowingTest, TellsThoseWhoWaitWhenItEnds) {
  auto opened = Open(KeyOf("a.jpg"));
  fetcher.reset();
  EXPECT_EQ(opened.get().error().code, FetchError::kCancelled);
}

TEST_F(FetchFollowingTest, HoldsNobodyBackWhoCanJoinADownload) {
  const std::string key = KeyOf("a.jpg");
  const std::string denied = key + "?X-Amz-Signature=old";
  auto failed = Open(denied);
  downloader->Fail(1, OriginError::kDenied);
  ASSERT_TRUE(fetcher->RecallFailure(key, denied));
  auto opened = Open(key);
  EXPECT_FALSE(fetcher->RecallFailure(key, denied));
  downloader->Fail(2, OriginError::kNotFound);
  EXPECT_TRUE(fetcher->RecallFailure(key, denied));
}

TEST_F(FetchFollowingTest, PassesOnWhatThereIsNoRoomFor) {
  constexpr std::uint64_t kEverything = std::uint64_t{1} << 60;
  fetcher.reset();
  options.min_free_bytes = kEverything;
  Reopen();
  fetcher = std::make_unique<FetchService>(*store, *downloader, policy, S3Addressing{}, clock);

  auto prefetch = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(5000));
  EXPECT_EQ(prefetch.get().error().code, FetchError::kNoSpace) << "nobody would read it";

  auto opened = Open(KeyOf("a.jpg"));
  downloader->Deliver(2, Jpeg(5000));
  {
    const OpenedMiss miss = MissOf(opened);
    EXPECT_FALSE(miss.picture.is_stored);
    EXPECT_EQ(miss.picture.file->progress().state, GrowingFile::State::kWhole);
    EXPECT_EQ(Read(*miss.picture.file), Jpeg(5000));
    EXPECT_EQ(fetcher->Stats().unstored.bytes, 5000U);
  }
  EXPECT_EQ(fetcher->Stats().unstored.bytes, 0U) << "nobody reads it any more";
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));

  auto html = Open(KeyOf("b.jpg"));
  downloader->Deliver(3, "<!doctype html>" + std::string(500, ' '));
  EXPECT_EQ(html.get().error().code, FetchError::kNotAPicture);
}

TEST_F(FetchFollowingTest, RefusesWhatThereIsNoRoomForAndNoMemory) {
  fetcher.reset();
  options.min_free_bytes = std::uint64_t{1} << 60;
  options.max_image_bytes = std::uint64_t{1} << 40;
  Reopen();
  fetcher = std::make_unique<FetchService>(*store, *downloader, policy, S3Addressing{}, clock);
  const std::uint64_t all = fetcher->Stats().unstored.max_bytes;

  auto large = Open(KeyOf("a.jpg"));
  DownloadSink& sink = downloader->SinkOf(1);
  ASSERT_TRUE(sink.OnHead({.content_length = all, .etag = {}, .content_type = {}}));
  auto second = Open(KeyOf("b.jpg"));
  downloader->Deliver(2, Jpeg(100));
  EXPECT_EQ(second.get().error().code, FetchError::kNoSpace);
  downloader->Fail(1, OriginError::kTruncated);
  EXPECT_EQ(large.get().error().code, FetchError::kOriginTruncated);

  auto again = Open(KeyOf("b.jpg"));
  downloader->Deliver(3, Jpeg(100));
  EXPECT_EQ(Read(*MissOf(again).picture.file), Jpeg(100));
}

TEST_F(FetchFollowingTest, RemembersAFailureUntilItIsFetchedOrForgotten) {
  const std::string key = KeyOf("a.jpg");
  auto failed = Open(key);
  downloader->Fail(1, OriginError::kNotFound);
  ASSERT_TRUE(fetcher->RecallFailure(key, key));
  EXPECT_EQ(fetcher->RecallFailure(key, key)->error.code, FetchError::kOriginNotFound);
  EXPECT_EQ(fetcher->Stats().failures.entries, 1U);

  auto fetched = Fetch(key);
  downloader->Deliver(2, Jpeg(1000));
  ASSERT_TRUE(fetched.get()) << "who does not ask the memory is not held back by it";
  EXPECT_FALSE(fetcher->RecallFailure(key, key));

  const auto fail_again = [&] {
    ASSERT_TRUE(Remove(key));
    auto again = Open(key);
    downloader->Fail(downloader->Running().front(), OriginError::kDenied);
    ASSERT_TRUE(fetcher->RecallFailure(key, key));
  };
  fail_again();
  fetcher->Forget(key);
  EXPECT_FALSE(fetcher->RecallFailure(key, key));
  fail_again();
  fetcher->ForgetActor("0001");
  EXPECT_FALSE(fetcher->RecallFailure(key, key));
  fail_again();
  fetcher->ForgetAll();
  EXPECT_FALSE(fetcher->RecallFailure(key, key));
}

}  // namespace
}  // namespace image_cache::testing
