#include "native-server/replay/prediction.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "native-server/replay/predictors.h"
#include "native-server/replay/trace_openings.h"
#include "shared/usage/actor_table.h"

namespace image_cache {
namespace {

// Guesses, is judged, learns.
class Judged {
 public:
  explicit Judged(std::unique_ptr<Predictor> predictor) : predictor_(std::move(predictor)) {
    result_.model = predictor_->name();
  }

  void Judge(std::size_t actor, const std::vector<std::uint64_t>& first_screen_bytes) {
    const Foretold foretold = predictor_->Guess();
    const auto found = std::find(foretold.actors.begin(), foretold.actors.end(), actor);
    if (found != foretold.actors.end()) ++result_.hits_at_5;
    if (!foretold.actors.empty() && foretold.actors.front() == actor) ++result_.hits_at_1;
    for (std::size_t i = 0; i < foretold.worth_prefetching; ++i) {
      const std::uint64_t bytes = first_screen_bytes[foretold.actors[i]];
      result_.prefetched_bytes += bytes;
      if (foretold.actors[i] != actor) result_.wasted_bytes += bytes;
    }
  }
  [[nodiscard]] Predictor& predictor() const { return *predictor_; }
  [[nodiscard]] const PredictionResult& result() const { return result_; }

 private:
  std::unique_ptr<Predictor> predictor_;
  PredictionResult result_;
};

}  // namespace

Result<PredictionReport, TraceError> ReplayPredictions(const std::string& trace_path) {
  std::unordered_map<std::uint32_t, std::unordered_set<std::uint64_t>> screens;
  std::vector<std::uint64_t> screen_bytes;  // by the number in the trace
  const auto measure = [&](const TraceRow& row, const Access& access) {
    screen_bytes.resize(std::max<std::size_t>(screen_bytes.size(), access.actor + 1U));
    auto& screen = screens[access.actor];
    if (screen.size() >= kFirstScreenPictures || !screen.insert(row.id).second) return;
    screen_bytes[access.actor] += row.size_bytes;
  };
  const auto actors = ForEachRow(trace_path, measure);
  if (!actors) return tl::make_unexpected(actors.error());

  std::vector<std::string> list;
  for (const auto& [id, number] : actors->numbers()) list.push_back(id);
  std::sort(list.begin(), list.end(), ComesBefore);
  std::vector<std::size_t> places(list.size());  // by the number in the trace
  std::vector<std::uint64_t> first_screen_bytes(list.size());
  for (std::size_t place = 0; place < list.size(); ++place) {
    const std::uint32_t number = actors->numbers().at(list[place]);
    places[number] = place;
    first_screen_bytes[place] = screen_bytes[number];
  }

  std::vector<Judged> all;
  for (auto& predictor : MakePredictors(list)) all.emplace_back(std::move(predictor));
  PredictionReport report{.openings = 0, .actors = list.size(), .model_bytes = 0, .results = {}};
  std::size_t open = list.size();
  const auto foretell = [&](const TraceRow& row, const Access& access) {
    if (!access.is_opening || places[access.actor] == open) return;
    const bool is_first = open == list.size();
    open = places[access.actor];
    if (!is_first) ++report.openings;
    for (Judged& one : all) {
      if (!is_first) one.Judge(open, first_screen_bytes);
      one.predictor().Learn(open, row.time_ms);
    }
  };
  if (auto played = ForEachRow(trace_path, foretell); !played) {
    return tl::make_unexpected(played.error());
  }
  for (const Judged& one : all) report.results.push_back(one.result());
  report.model_bytes = all.front().predictor().memory_bytes();
  return report;
}

}  // namespace image_cache
