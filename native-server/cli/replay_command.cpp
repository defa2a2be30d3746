#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "native-server/cli/commands.h"
#include "native-server/cli/prediction_text.h"
#include "native-server/cli/size.h"
#include "native-server/replay/replay.h"
#include "native-server/replay/trace_openings.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

double Share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string ToJson(const ReplayReport& report) {
  const TraceSummary& trace = report.trace;
  json document = {{"requests", trace.requests},
                   {"requested_bytes", trace.requested_bytes},
                   {"prefetches", trace.prefetches},
                   {"openings", trace.openings},
                   {"actors", trace.actors},
                   {"pictures", trace.pictures},
                   {"picture_bytes", trace.picture_bytes},
                   {"results", json::array()}};
  for (const ReplayResult& result : report.results) {
    document["results"].push_back(
        {{"size_bytes", result.size_bytes},
         {"policy", result.policy},
         {"open_miss_ratio", Share(result.open_misses, trace.openings)},
         {"request_miss_ratio", Share(result.request_misses, trace.requests)},
         {"byte_miss_ratio", Share(result.missed_bytes, trace.requested_bytes)}});
  }
  return document.dump(2) + "\n";
}

std::string ToTable(const ReplayReport& report) {
  const TraceSummary& trace = report.trace;
  std::string text = fmt::format(
      "{} requests and {} prefetches in {} openings of {} actors; {} pictures, {}\n\n"
      "{:<12} {:<20} {:>10} {:>13} {:>10}\n",
      trace.requests, trace.prefetches, trace.openings, trace.actors, trace.pictures,
      FormatSize(trace.picture_bytes), "size", "policy", "open-miss", "request-miss", "byte-miss");
  for (const ReplayResult& result : report.results) {
    text += fmt::format("{:<12} {:<20} {:>8.2f} % {:>11.2f} % {:>8.2f} %\n",
                        FormatSize(result.size_bytes), result.policy,
                        100 * Share(result.open_misses, trace.openings),
                        100 * Share(result.request_misses, trace.requests),
                        100 * Share(result.missed_bytes, trace.requested_bytes));
  }
  return text;
}

}  // namespace

Outcome<void> ReplayTrace(const Settings& settings) {
  if (settings.replay_sizes.empty() && settings.openings_file.empty() && !settings.replay_predict) {
    return WrongUsage(
        "replay: give at least one --size, for example --size 10GiB --size 20GiB, or --predict");
  }
  if (!settings.replay_sizes.empty() && settings.replay_predict) {
    return WrongUsage("replay: give either --size or --predict");
  }
  if (!settings.openings_file.empty()) {
    std::error_code unlike;  // when one of them is not there
    if (std::filesystem::equivalent(settings.replay_file, settings.openings_file, unlike)) {
      return WrongUsage("replay: --openings would overwrite the trace; give it another file");
    }
    if (auto done = ExportOpenings(settings.replay_file, settings.openings_file); !done) {
      return Failed(done.error().detail);
    }
  }
  if (settings.replay_predict) {
    const auto report = ReplayPredictions(settings.replay_file);
    if (!report) return Failed(report.error().detail);
    std::cout << (settings.json ? PredictionJson(*report) : PredictionTable(*report));
    return {};
  }
  if (settings.replay_sizes.empty()) return {};
  const auto report = Replay(settings.replay_file, settings.replay_sizes);
  if (!report) return Failed(report.error().detail);
  std::cout << (settings.json ? ToJson(*report) : ToTable(*report));
  return {};
}

}  // namespace image_cache
