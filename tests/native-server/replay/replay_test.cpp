#include "native-server/replay/replay.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "native-server/replay/trace_openings.h"
#include "shared/keys/object_id.h"
#include "tests/native-server/replay/trace_file.h"

namespace image_cache {
namespace {

class Trace {
 public:
  // Five seconds after the last, a person opens the actor: `pictures` of them, 10 bytes each.
  Trace& Open(const std::string& actor, int pictures) {
    time_ms_ += 5'000;
    for (int i = 0; i < pictures; ++i) Row(actor, i, false);
    return *this;
  }
  Trace& Prefetch(const std::string& actor, int pictures) {
    for (int i = 0; i < pictures; ++i) Row(actor, i, true);
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void Row(const std::string& actor, int picture, bool is_prefetch) {
    const std::string key = actor + "/" + std::to_string(picture);
    text_ += std::to_string(++time_ms_) + "," + std::to_string(ObjectId(key)) + ",10," + actor +
             (is_prefetch ? ",1\n" : ",0\n");
  }

  std::int64_t time_ms_ = 1'700'000'000'000;
  std::string text_ = std::string(kTraceHeader) + "\n";
};

const ReplayResult& Of(const ReplayReport& report, std::string_view policy,
                       std::uint64_t size_bytes) {
  for (const ReplayResult& result : report.results) {
    if (result.policy == policy && result.size_bytes == size_bytes) return result;
  }
  ADD_FAILURE() << "no result of " << policy;
  return report.results.front();
}

TEST(ReplayTest, SumsUpTheTrace) {
  const TraceFile file(Trace().Open("a", 3).Prefetch("b", 2).Open("b", 4).Open("a", 3).text());
  const auto report = Replay(file.path(), {});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->trace.requests, 10U);
  EXPECT_EQ(report->trace.requested_bytes, 100U);
  EXPECT_EQ(report->trace.prefetches, 2U);
  EXPECT_EQ(report->trace.openings, 3U);
  EXPECT_EQ(report->trace.actors, 2U);
  EXPECT_EQ(report->trace.pictures, 7U);
  EXPECT_EQ(report->trace.picture_bytes, 70U);
  EXPECT_TRUE(report->results.empty());
}

TEST(ReplayTest, CountsMissesForEveryPolicyAndSize) {
  const TraceFile file(Trace().Open("a", 3).Open("b", 3).Open("a", 3).Open("a", 3).text());
  const auto report = Replay(file.path(), {30, 1000});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->results.size(), 2 * ReplayPolicies().size());
  for (const ReplayPolicy& policy : ReplayPolicies()) {
    const ReplayResult& large = Of(*report, policy.name, 1000);
    EXPECT_EQ(large.open_misses, 2U) << policy.name;
    EXPECT_EQ(large.request_misses, 6U) << policy.name;
    EXPECT_EQ(large.missed_bytes, 60U) << policy.name;
  }
  const ReplayResult& small = Of(*report, "LRU per actor", 30);
  EXPECT_EQ(small.open_misses, 3U);
  EXPECT_EQ(small.request_misses, 9U);
}

TEST(ReplayTest, CountsNoPrefetchAsARequestAndHitsWhatItBrought) {
  const TraceFile file(Trace().Prefetch("a", 3).Open("a", 4).text());
  const auto report = Replay(file.path(), {1000});
  ASSERT_TRUE(report) << report.error().detail;
  for (const ReplayResult& result : report->results) {
    EXPECT_EQ(result.request_misses, 1U) << result.policy;
    EXPECT_EQ(result.open_misses, 1U) << result.policy;
  }
}

TEST(ReplayTest, StopsAtABrokenLine) {
  const TraceFile file(Trace().Open("a", 3).text() + "broken\n");
  const auto report = Replay(file.path(), {1000});
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().detail.find(":5: "), std::string::npos) << report.error().detail;
}

TEST(ReplayTest, WritesARowForEachOpening) {
  const TraceFile file(Trace().Open("a", 3).Prefetch("b", 1).Open("b", 2).Open("a", 1).text());
  const TraceFile out("");
  ASSERT_TRUE(ExportOpenings(file.path(), out.path()));
  const std::string a = std::to_string(ObjectId("a")) + ",30,a\n";
  const std::string b = std::to_string(ObjectId("b")) + ",20,b\n";
  EXPECT_EQ(ReadAll(out.path()),
            "time,id,size,actor\n1700000005001," + a + "1700000010005," + b + "1700000015007," + a);
  EXPECT_FALSE(ExportOpenings(file.path(), "/nonexistent/out.csv"));
}

}  // namespace
}  // namespace image_cache
