#include "native-server/cli/prediction_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "native-server/cli/size.h"

namespace image_cache {
namespace {

double Share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string PredictionTable(const PredictionReport& report) {
  std::string text = fmt::format(
      "{} openings of {} actors; the usage model takes {}\n\n"
      "{:<14} {:>9} {:>9} {:>24} {:>9}\n",
      report.openings, report.actors, FormatSize(report.model_bytes), "model", "hit@1", "hit@5",
      "prefetched an opening", "wasted");
  for (const PredictionResult& result : report.results) {
    const std::uint64_t an_opening =
        report.openings == 0 ? 0 : result.prefetched_bytes / report.openings;
    text += fmt::format("{:<14} {:>7.2f} % {:>7.2f} % {:>24} {:>7.2f} %\n", result.model,
                        100 * Share(result.hits_at_1, report.openings),
                        100 * Share(result.hits_at_5, report.openings), FormatSize(an_opening),
                        100 * Share(result.wasted_bytes, result.prefetched_bytes));
  }
  return text;
}

std::string PredictionJson(const PredictionReport& report) {
  nlohmann::ordered_json document = {{"openings", report.openings},
                                     {"actors", report.actors},
                                     {"model_bytes", report.model_bytes},
                                     {"results", nlohmann::ordered_json::array()}};
  for (const PredictionResult& result : report.results) {
    document["results"].push_back(
        {{"model", result.model},
         {"hit_at_1", Share(result.hits_at_1, report.openings)},
         {"hit_at_5", Share(result.hits_at_5, report.openings)},
         {"prefetched_bytes", result.prefetched_bytes},
         {"prefetched_bytes_per_opening", Share(result.prefetched_bytes, report.openings)},
         {"wasted_share", Share(result.wasted_bytes, result.prefetched_bytes)}});
  }
  return document.dump(2) + "\n";
}

}  // namespace image_cache
