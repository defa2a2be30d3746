#include "native-server/services/fetch/failure_memory.h"

#include <gtest/gtest.h>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr char kKey[] = "https://s3.amazonaws.com/training/a.jpg";
constexpr char kUrl[] = "https://s3.amazonaws.com/training/a.jpg?X-Amz-Signature=1";

class FailureMemoryTest : public ::testing::Test {
 protected:
  void Note(FetchError error, const std::string& key = kKey, const std::string& url = kUrl) {
    memory.Note(key, url, "0001", {.code = error, .detail = "as it was told"});
  }
  [[nodiscard]] bool Remembers(const std::string& key = kKey, const std::string& url = kUrl) {
    return memory.Find(key, url).has_value();
  }
  // How long the failure that was just noted is believed.
  [[nodiscard]] std::int64_t BelievedMs() { return memory.Find(kKey, kUrl)->valid_for.count(); }

  FakeClock clock;
  FailureMemory memory{clock, 3};
};

TEST_F(FailureMemoryTest, TellsAFailureAgainForItsTime) {
  struct Case {
    FetchError error;
    std::int64_t ms;
  };
  for (const auto& [error, ms] :
       {Case{FetchError::kOriginNotFound, 60'000}, Case{FetchError::kOriginDenied, 10'000},
        Case{FetchError::kOriginUnavailable, 1'000}, Case{FetchError::kOriginTimeout, 1'000},
        Case{FetchError::kOriginTruncated, 1'000}, Case{FetchError::kOriginUnexpected, 1'000},
        Case{FetchError::kNotAPicture, 1'000}, Case{FetchError::kTooLarge, 1'000}}) {
    SCOPED_TRACE(static_cast<int>(error));
    memory.ForgetAll();
    Note(error);
    clock.Advance(ms - 1);
    const auto failure = memory.Find(kKey, kUrl);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->error.code, error);
    EXPECT_EQ(failure->error.detail, "as it was told");
    EXPECT_EQ(failure->valid_for.count(), 1);
    clock.Advance(1);
    EXPECT_FALSE(Remembers());
  }
}

TEST_F(FailureMemoryTest, KeepsNothingThatIsNoFaultOfTheOrigin) {
  for (const FetchError error :
       {FetchError::kInvalidUrl, FetchError::kOriginNotAllowed, FetchError::kNoSpace,
        FetchError::kStoreFailed, FetchError::kCancelled, FetchError::kNotModified}) {
    Note(error);
    EXPECT_FALSE(Remembers()) << static_cast<int>(error);
  }
  EXPECT_EQ(memory.Stats().entries, 0U);
}

TEST_F(FailureMemoryTest, BelievesWhatMayPassTwiceAsLongEachTime) {
  for (const std::int64_t ms : {1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 60'000, 60'000}) {
    Note(FetchError::kOriginUnavailable);
    EXPECT_EQ(BelievedMs(), ms);
    clock.Advance(ms);
  }
  clock.Advance(60'000);
  Note(FetchError::kOriginUnavailable);
  EXPECT_EQ(BelievedMs(), 1'000) << "after a minute of quiet it is a new failure";
}

TEST_F(FailureMemoryTest, BeginsAnewAfterAnotherKindOfFailure) {
  Note(FetchError::kOriginTimeout);
  Note(FetchError::kOriginUnavailable);
  EXPECT_EQ(BelievedMs(), 2'000) << "a timeout and an error of the server are one kind";
  Note(FetchError::kOriginNotFound);
  Note(FetchError::kOriginUnavailable);
  EXPECT_EQ(BelievedMs(), 1'000);
}

TEST_F(FailureMemoryTest, HoldsARefusalAgainstTheVeryUrlOnly) {
  const std::string other = std::string(kKey) + "?X-Amz-Signature=2";
  Note(FetchError::kOriginDenied);
  EXPECT_TRUE(Remembers());
  EXPECT_FALSE(Remembers(kKey, other)) << "its signature may be good";
  Note(FetchError::kOriginNotFound);
  EXPECT_TRUE(Remembers(kKey, other)) << "what is not there is there for no signature";
}

TEST_F(FailureMemoryTest, ForgetsAKeyAnActorOrAll) {
  memory.Note("1", "1", "0001", {.code = FetchError::kOriginNotFound, .detail = ""});
  memory.Note("2", "2", "0002", {.code = FetchError::kOriginNotFound, .detail = ""});
  memory.Note("3", "3", "0002", {.code = FetchError::kOriginNotFound, .detail = ""});
  memory.Forget("2");
  EXPECT_FALSE(Remembers("2", "2"));
  EXPECT_TRUE(Remembers("3", "3"));
  memory.ForgetActor("0002");
  EXPECT_FALSE(Remembers("3", "3"));
  EXPECT_TRUE(Remembers("1", "1"));
  memory.ForgetAll();
  EXPECT_EQ(memory.Stats().entries, 0U);
}

TEST_F(FailureMemoryTest, HoldsTheNewestUpToItsBound) {
  for (const char* key : {"1", "2", "3", "1", "4"}) Note(FetchError::kOriginNotFound, key, key);
  EXPECT_EQ(memory.Stats().entries, 3U);
  EXPECT_FALSE(Remembers("2", "2")) << "the one noted longest ago";
  for (const char* key : {"1", "3", "4"}) EXPECT_TRUE(Remembers(key, key)) << key;
}

TEST_F(FailureMemoryTest, CountsWhatTheOriginWasSpared) {
  Note(FetchError::kOriginNotFound);
  EXPECT_TRUE(Remembers());
  EXPECT_TRUE(Remembers());
  EXPECT_FALSE(Remembers("another", kUrl));
  EXPECT_EQ(memory.Stats().answered, 2U);
  EXPECT_EQ(memory.Stats().capacity, 3U);
}

TEST_F(FailureMemoryTest, KeepsNoLongTexts) {
  memory.Note(kKey, kUrl, "0001",
              {.code = FetchError::kOriginNotFound, .detail = std::string(100'000, 'x')});
  EXPECT_LE(memory.Find(kKey, kUrl)->error.detail.size(), 256U);
}

}  // namespace
}  // namespace image_cache::testing
