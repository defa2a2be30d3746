#include "native-server/services/monitoring/origin_times.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

using std::chrono::milliseconds;

constexpr const char* kNear = "https://s3.amazonaws.com/near/a.jpg";
constexpr const char* kFar = "https://s3.amazonaws.com/far/a.jpg";

void NoteMany(OriginTimes& times, const std::string& key, const DownloadTime& time) {
  for (int i = 0; i < 500; ++i) times.Note(key, time);
}

TEST(OriginTimesTest, ABiggerPictureSavesMore) {
  OriginTimes times;
  // 100 ms, and then 1 µs a byte.
  NoteMany(times, kNear, {milliseconds(100), milliseconds(50), 50'000});
  const OriginCost& cost = *times.Of("https://s3.amazonaws.com/near/another.jpg");
  EXPECT_NEAR(static_cast<double>(cost.Microseconds(0)), 100'000, 10);
  EXPECT_NEAR(static_cast<double>(cost.Microseconds(200'000)), 300'000, 1000);
}

TEST(OriginTimesTest, EachBucketHasItsOwn) {
  OriginTimes times;
  NoteMany(times, kNear, {milliseconds(10), milliseconds(0), 1000});
  NoteMany(times, kFar, {milliseconds(200), milliseconds(0), 1000});
  EXPECT_NEAR(static_cast<double>(times.Of(kNear)->Microseconds(1000)), 10'000, 100);
  EXPECT_NEAR(static_cast<double>(times.Of(kFar)->Microseconds(1000)), 200'000, 100);
}

TEST(OriginTimesTest, AnOriginThatWasNeverMeasuredTakesWhatAllTake) {
  OriginTimes times;
  EXPECT_EQ(times.Of(kNear)->Microseconds(1'000'000), 0U);
  times.Note(kFar, {milliseconds(100), milliseconds(0), 1000});
  EXPECT_EQ(times.Of(kNear)->Microseconds(0), 100'000U);
}

TEST(OriginTimesTest, LearnsThatAnOriginHasBecomeSlower) {
  OriginTimes times;
  NoteMany(times, kNear, {milliseconds(10), milliseconds(0), 1000});
  const OriginCost& cost = *times.Of(kNear);
  NoteMany(times, kNear, {milliseconds(500), milliseconds(0), 1000});
  EXPECT_GT(cost.Microseconds(0), 490'000U);
}

TEST(OriginTimesTest, LargePicturesSayHowFastAnOriginIs) {
  OriginTimes times;
  // A picture of one packet comes with the first byte; what it takes says nothing of the rest.
  for (int i = 0; i < 500; ++i) {
    times.Note(kNear, {milliseconds(0), milliseconds(1), 10});
    times.Note(kNear, {milliseconds(0), milliseconds(1000), 1'000'000});
  }
  EXPECT_NEAR(static_cast<double>(times.Of(kNear)->Microseconds(1'000'000)), 1'001'000, 1000);
}

TEST(OriginTimesTest, IsBounded) {
  OriginTimes times;
  for (int i = 0; i < 100; ++i) {
    times.Note("https://host-" + std::to_string(i) + ".example/a/b.jpg", {milliseconds(9), {}, 1});
  }
  EXPECT_EQ(times.origins(), OriginTimes::kMaxOrigins);
  EXPECT_EQ(times.Of("https://host-99.example/a/b.jpg")->Microseconds(0), 9000U);
}

TEST(OriginTimesTest, KnowsAfterARestartWhatItKnew) {
  OriginTimes before;
  NoteMany(before, kNear, {milliseconds(10), milliseconds(20), 1000});
  NoteMany(before, kFar, {milliseconds(200), milliseconds(20), 1000});
  OriginTimes after;
  after.Restore(before.Write());
  for (const char* key : {kNear, kFar, "https://other.example/a/b.jpg"}) {
    EXPECT_EQ(after.Of(key)->Microseconds(1000), before.Of(key)->Microseconds(1000)) << key;
  }
}

TEST(OriginTimesTest, IgnoresWhatIsNotItsOwn) {
  OriginTimes times;
  for (const char* written :
       {"", "[]", "{", R"({"all":1,"origins":[]})", R"({"all":[1,2,3],"origins":{}})",
        R"({"all":[1,-2,3,4],"origins":{"x":[1e300,1,1,1],"y":"z"}})"}) {
    times.Restore(written);
    EXPECT_EQ(times.Of(kNear)->Microseconds(1000), 0U) << written;
  }
}

TEST(OriginTimesTest, TakesHostAndBucketForAnOrigin) {
  EXPECT_EQ(OriginTimes::OriginOf(kNear), "https://s3.amazonaws.com/near");
  EXPECT_EQ(OriginTimes::OriginOf("http://127.0.0.1:9/a.jpg"), "http://127.0.0.1:9");
  EXPECT_EQ(OriginTimes::OriginOf("https://host.example"), "https://host.example");
  EXPECT_EQ(OriginTimes::OriginOf("?"), "?");
}

}  // namespace
}  // namespace image_cache
