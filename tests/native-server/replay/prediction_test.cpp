#include "native-server/replay/prediction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/native-server/replay/opening_traces.h"
#include "tests/native-server/replay/trace_file.h"

namespace image_cache {
namespace {

double Percent(std::uint64_t part, std::uint64_t whole) {
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

const PredictionResult& Of(const PredictionReport& report, std::string_view model) {
  const auto found =
      std::find_if(report.results.begin(), report.results.end(),
                   [model](const PredictionResult& result) { return result.model == model; });
  EXPECT_NE(found, report.results.end()) << model;
  return *found;
}

std::string Openings(const std::vector<std::string>& actors) {
  std::string text = std::string(kTraceHeader) + "\n";
  int minutes = 0;
  for (const std::string& actor : actors) {
    text += std::to_string(++minutes * 61'000) + ",1" + actor + ",10," + actor + ",0\n";
  }
  return text;
}

TEST(PredictionTest, JudgesEveryRuleByTheOpeningAfterItsGuess) {
  const TraceFile file(Openings({"1", "2", "3", "2", "3"}));
  const auto report = ReplayPredictions(file.path());
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->openings, 4U);
  EXPECT_EQ(report->actors, 3U);
  EXPECT_GT(report->model_bytes, 0U);
  EXPECT_EQ(Of(*report, "next-in-list").hits_at_1, 3U);
  EXPECT_EQ(Of(*report, "most-recent").hits_at_1, 2U);
  EXPECT_EQ(Of(*report, "Markov").hits_at_1, 1U);
  EXPECT_EQ(Of(*report, "Markov").prefetched_bytes, 10U);
  EXPECT_EQ(Of(*report, "Markov").wasted_bytes, 0U);
  // After 3 there is nobody in the list.
  EXPECT_EQ(Of(*report, "next-in-list").prefetched_bytes, 30U);
}

TEST(PredictionTest, StopsAtABrokenLine) {
  const TraceFile file(Openings({"1", "2"}) + "broken\n");
  EXPECT_FALSE(ReplayPredictions(file.path()));
}

// The bar: better than the best of the simple rules where there is something to be learnt, and
// never more than two points behind where there is nothing.
TEST(PredictionTest, TheUsageModelBeatsTheSimpleRulesWhereThereIsStructure) {
  for (const MadeTrace& trace : MakeOpeningTraces()) {
    const TraceFile file(trace.text);
    const auto report = ReplayPredictions(file.path());
    ASSERT_TRUE(report) << report.error().detail;
    const PredictionResult& model = report->results.front();
    std::uint64_t best_at_1 = 0, best_at_5 = 0;
    for (const PredictionResult& result : report->results) {
      if (&result == &model) continue;
      best_at_1 = std::max(best_at_1, result.hits_at_1);
      best_at_5 = std::max(best_at_5, result.hits_at_5);
    }
    const double at_1 = Percent(model.hits_at_1, report->openings);
    const double at_5 = Percent(model.hits_at_5, report->openings);
    switch (trace.structure) {
      case Structure::kSome:
        EXPECT_GT(model.hits_at_1, best_at_1) << trace.name;
        EXPECT_GT(model.hits_at_5, best_at_5) << trace.name;
        break;
      case Structure::kListOnly:
        EXPECT_GE(at_1, Percent(best_at_1, report->openings) - 0.2) << trace.name;  // a tie
        EXPECT_GT(model.hits_at_5, best_at_5) << trace.name;
        break;
      case Structure::kNone:
        EXPECT_GE(at_1, Percent(best_at_1, report->openings) - 2) << trace.name;
        EXPECT_GE(at_5, Percent(best_at_5, report->openings) - 2) << trace.name;
        break;
    }
  }
}

}  // namespace
}  // namespace image_cache
