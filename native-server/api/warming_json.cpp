#include "native-server/api/warming_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

namespace image_cache {
namespace {

std::string_view NameOf(WarmingStats::State state) {
  switch (state) {
    case WarmingStats::State::kWaiting:
      return "waiting";
    case WarmingStats::State::kRunning:
      return "running";
    case WarmingStats::State::kDone:
      return "done";
    case WarmingStats::State::kStopped:
      return "stopped";
    case WarmingStats::State::kOff:
      break;
  }
  return "off";
}

}  // namespace

nlohmann::ordered_json ToJson(const WarmingStats& stats) {
  return {{"state", NameOf(stats.state)},
          {"actors", stats.actors},
          {"fetched", stats.fetched},
          {"already_cached", stats.already_cached},
          {"failed", stats.failed},
          {"left_out", stats.left_out},
          {"failed_listings", stats.failed_listings},
          {"bytes", stats.bytes},
          {"elapsed_ms", stats.elapsed_ms}};
}

}  // namespace image_cache
