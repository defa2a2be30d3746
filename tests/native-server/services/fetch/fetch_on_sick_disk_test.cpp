// What is fetched for readers while the disk fails: they get the whole picture, or see that they do
// not.

#include <cerrno>

#include "tests/native-server/services/fetch/following_fixture.h"
#include "tests/native-server/store/faulty_files.h"

namespace image_cache::testing {
namespace {

using Kind = FaultyFiles::Kind;

class FetchOnSickDiskTest : public FetchFollowingTest {
 protected:
  void SetUp() override {
    options.files = files;
    FetchFollowingTest::SetUp();
  }
  void TearDown() override {
    files->Mend();
    fetcher.reset();
    downloader.reset();
    store.reset();  // before the files
  }

  // The first half of `content` has come, and is read; the length was not told.
  OpenedMiss OpenHalf(const std::string& content) {
    auto opened = FetchFollowingTest::Open(KeyOf("a.jpg"));
    DownloadSink& sink = downloader->SinkOf(1);
    EXPECT_TRUE(sink.OnHead({.content_length = std::nullopt, .etag = {}, .content_type = {}}));
    EXPECT_TRUE(sink.OnBytes(std::string_view(content).substr(0, content.size() / 2)));
    return MissOf(opened);
  }

  const std::shared_ptr<FaultyFiles> files = std::make_shared<FaultyFiles>();
};

class FetchOnFailingDiskTest : public FetchOnSickDiskTest,
                               public ::testing::WithParamInterface<int> {};

TEST_P(FetchOnFailingDiskTest, GoesOnInMemoryFromTheSameByte) {
  const std::string content = Jpeg(200'001);
  {
    const OpenedMiss miss = OpenHalf(content);
    const GrowingFile& file = *miss.picture.file;
    EXPECT_EQ(Read(file), content.substr(0, content.size() / 2));
    files->FailAll(Kind::kWrite, GetParam());
    DownloadSink& sink = downloader->SinkOf(1);
    ASSERT_TRUE(sink.OnBytes(std::string_view(content).substr(content.size() / 2, 100)));
    EXPECT_EQ(Read(file), content.substr(0, content.size() / 2 + 100));
    ASSERT_TRUE(sink.OnBytes(std::string_view(content).substr(content.size() / 2 + 100)));
    downloader->Finish(1);
    EXPECT_EQ(file.progress().state, GrowingFile::State::kWhole);
    EXPECT_TRUE(Read(file) == content);
    EXPECT_GE(fetcher->Stats().unstored.bytes, content.size());
  }
  EXPECT_EQ(fetcher->Stats().unstored.bytes, 0U) << "nobody reads it any more";
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));

  files->Mend();
  ASSERT_TRUE(Recovers());
  auto again = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(2, content);
  const FetchOutcome stored = again.get();
  ASSERT_TRUE(stored) << stored.error().detail;
  EXPECT_TRUE(Serve(stored->entry.local_path) == content);
}

TEST_P(FetchOnFailingDiskTest, TellsAPrefetchWhyItIsNotStored) {
  files->FailAll(Kind::kWrite, GetParam());
  auto prefetch = Fetch(KeyOf("a.jpg"));
  downloader->Deliver(1, Jpeg(1000));
  const FetchOutcome outcome = prefetch.get();
  ASSERT_FALSE(outcome);
  const FetchError expected = GetParam() == ENOSPC  ? FetchError::kNoSpace
                              : GetParam() == EROFS ? FetchError::kStoreReadOnly
                                                    : FetchError::kStoreFailed;
  EXPECT_EQ(outcome.error().code, expected);
  EXPECT_NE(outcome.error().detail, "");
}

INSTANTIATE_TEST_SUITE_P(Errors, FetchOnFailingDiskTest, ::testing::Values(ENOSPC, EROFS, EIO));

TEST_F(FetchOnSickDiskTest, BreaksVisiblyWhenWhatHasComeCannotBeRead) {
  const std::string content = Jpeg(200'000);
  const OpenedMiss miss = OpenHalf(content);
  files->FailAll(Kind::kWrite, EIO);
  files->FailAll(Kind::kDuplicate, EMFILE);
  EXPECT_FALSE(downloader->SinkOf(1).OnBytes(std::string_view(content).substr(100'000)));
  downloader->Finish(1);
  EXPECT_EQ(miss.picture.file->progress().state, GrowingFile::State::kFailed);
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));
}

TEST_F(FetchOnSickDiskTest, FetchesAgainWhatCannotBeReadAndForgetsItNot) {
  const std::string content = Jpeg(5000);
  const Entry entry = Publish(KeyOf("a.jpg"), "0001", content);
  files->FailAll(Kind::kRead, EIO);
  auto opened = FetchFollowingTest::Open(KeyOf("a.jpg"));
  ASSERT_THAT(downloader->Running(), ::testing::SizeIs(1));
  downloader->Deliver(1, content);
  EXPECT_EQ(Read(*MissOf(opened).picture.file), content);
  EXPECT_TRUE(store->Find(KeyOf("a.jpg")));

  files->Mend();
  if (store->Health().state != HealthState::kHealthy) {
    ASSERT_TRUE(Recovers());
  }
  EXPECT_EQ(Serve(entry.local_path), content);
  auto hit = FetchFollowingTest::Open(KeyOf("a.jpg"));
  ASSERT_TRUE(IsReady(hit));
  EXPECT_TRUE(std::holds_alternative<Entry>(hit.get().value()));
}

}  // namespace
}  // namespace image_cache::testing
