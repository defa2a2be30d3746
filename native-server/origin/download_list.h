// The downloads of one moment, as people are told of them. Values without an owner.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

enum class Urgency { kDemand, kHigh, kNormal, kLow };

// "demand", "high", "normal", "low".
[[nodiscard]] std::string_view NameOf(Urgency urgency);

struct ListedDownload {
  std::string url;       // as it is fetched, with what signs it: not to be told as it is
  std::string host;      // without the port
  std::string actor_id;  // empty: nobody's
  Urgency urgency = Urgency::kNormal;
};

struct RunningDownload {
  ListedDownload download;
  std::uint64_t bytes = 0;                   // received so far
  std::optional<std::uint64_t> total_bytes;  // nothing when the origin has not told
  std::chrono::milliseconds since_start{};   // of the first attempt
};

struct WaitingDownload {
  ListedDownload download;
  std::string reason;  // why it does not run, in words
};

struct DownloadList {
  std::size_t running_total = 0;
  std::vector<RunningDownload>
      running;  // those that began first; a part of them when there are many
  std::size_t waiting_total = 0;
  std::vector<WaitingDownload> waiting;  // those that are next; likewise
};

}  // namespace image_cache
