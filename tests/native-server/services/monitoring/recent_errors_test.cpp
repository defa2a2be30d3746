#include "native-server/services/monitoring/recent_errors.h"

#include <string>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class RecentErrorsTest : public ::testing::Test {
 protected:
  void Note(FetchError code, const std::string& url, const std::string& detail = "detail") {
    errors.Note({code, detail}, url);
  }

  FakeClock clock;
  RecentErrors errors{clock};
};

TEST_F(RecentErrorsTest, CountsTheSameAndPutsItFirst) {
  Note(FetchError::kOriginTimeout, "https://a.example/1.jpg");
  Note(FetchError::kOriginNotFound, "https://a.example/2.jpg");
  clock.Advance(1000);
  Note(FetchError::kOriginTimeout, "https://a.example/1.jpg");
  const auto read = errors.Read();
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].s3_url, "https://a.example/1.jpg");
  EXPECT_EQ(read[0].count, 2U);
  EXPECT_EQ(read[0].at_ms, clock.NowMs());
  EXPECT_EQ(read[1].count, 1U);
  EXPECT_EQ(errors.total(), 3U);
}

TEST_F(RecentErrorsTest, ForgetsTheOldestKindOfMany) {
  for (int i = 0; i < 60; ++i) Note(FetchError::kOriginDenied, KeyOf(std::to_string(i)));
  const auto read = errors.Read();
  ASSERT_THAT(read, SizeIs(RecentErrors::kMaxKinds));
  EXPECT_EQ(read.front().s3_url, KeyOf("59"));
  EXPECT_EQ(read.back().s3_url, KeyOf("10"));
  EXPECT_EQ(errors.total(), 60U);
}

TEST_F(RecentErrorsTest, HoldsNoSecretAndNothingUnreadable) {
  Note(FetchError::kOriginDenied, "https://user:word@a.example/1.jpg?X-Amz-Signature=abc#f");
  Note(FetchError::kOriginDenied, "https://a.example/\"\n\xff.jpg", "broken \x01");
  const auto read = errors.Read();
  EXPECT_EQ(read[1].s3_url, "https://a.example/1.jpg");
  EXPECT_EQ(read[0].s3_url, "https://a.example/\"%0A%FF.jpg");
  EXPECT_EQ(read[0].detail, "broken %01");
  Note(FetchError::kOriginDenied, std::string(100'000, '\n'), std::string(100'000, '\n'));
  EXPECT_EQ(errors.Read()[0].s3_url.size(), RecentErrors::kMaxTextBytes);
  EXPECT_EQ(errors.Read()[0].detail.size(), RecentErrors::kMaxTextBytes);
}

TEST_F(RecentErrorsTest, KeepsOfARefusedOriginItsHostAlone) {
  for (int i = 0; i < 60; ++i) {
    Note(FetchError::kOriginNotAllowed, "https://evil.example:444/" + std::to_string(i));
  }
  const auto read = errors.Read();
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].s3_url, "https://evil.example:444");
  EXPECT_EQ(read[0].count, 60U);
}

TEST_F(RecentErrorsTest, TellsOnlyOfErrors) {
  Note(FetchError::kCancelled, KeyOf("a"));
  Note(FetchError::kNotModified, KeyOf("a"));
  Note(FetchError::kInvalidUrl, "no url");
  EXPECT_THAT(errors.Read(), IsEmpty());
  EXPECT_EQ(errors.total(), 0U);
}

TEST_F(RecentErrorsTest, TellsOfTheDiskOnceForEachFailure) {
  StoreHealthReport report;
  report.errors[static_cast<std::size_t>(Sickness::kFull)] = 2;
  errors.NoteHealth(report);
  errors.NoteHealth(report);
  ASSERT_THAT(errors.Read(), SizeIs(1));
  EXPECT_EQ(errors.Read()[0].code, FetchError::kNoSpace);
  EXPECT_EQ(errors.Read()[0].detail, "the disk is full");
  EXPECT_EQ(errors.Read()[0].count, 2U);
  errors.NoteHealth({});
  errors.NoteHealth(report);
  EXPECT_EQ(errors.total(), 2U) << "an older report that comes later tells nothing new";
}

}  // namespace
}  // namespace image_cache::testing
