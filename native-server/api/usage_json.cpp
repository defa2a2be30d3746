#include "native-server/api/usage_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace image_cache {
namespace {

using nlohmann::ordered_json;

// More digits would be noise.
double Rounded(double probability) { return std::round(probability * 1000) / 1000; }

}  // namespace

ordered_json ToJson(const UsageStats& stats) {
  return {{"fetches", stats.fetches},
          {"openings", stats.openings},
          {"missed_openings", stats.missed_openings},
          {"actors", stats.actors},
          {"model_bytes", stats.model_bytes},
          {"guessed_actors", stats.guessed_actors},
          {"opened_actors", stats.opened_actors},
          {"fetched_pictures", stats.fetched_pictures},
          {"fetched_bytes", stats.fetched_bytes},
          {"failed_pictures", stats.failed_pictures}};
}

ordered_json ToJson(const UsagePrediction& prediction, const UsageStats& stats) {
  ordered_json guesses = ordered_json::array();
  for (const UsageGuess& guess : prediction.guesses) {
    guesses.push_back({{"actor_id", guess.actor_id},
                       {"probability", Rounded(guess.probability)},
                       {"reason", guess.reason}});
  }
  ordered_json after = nullptr;
  if (!prediction.after.empty()) after = prediction.after;
  return {{"enabled", stats.learns},          {"fetches", stats.fetches},
          {"openings", stats.openings},       {"actors", stats.actors},
          {"model_bytes", stats.model_bytes}, {"after", std::move(after)},
          {"guesses", std::move(guesses)}};
}

}  // namespace image_cache
