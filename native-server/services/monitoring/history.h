// What the cache has done lately, in steps of a minute, an hour and a day: what the charts show.
//
// Plain arithmetic; time is an argument. Not thread-safe: the HistoryKeeper locks. Bounded: as many
// points of each step as kHistorySteps says, whatever the clock does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace image_cache {

// What was counted in one step, or since the start. One list for all that goes through them.
struct HistoryCounts {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t bytes_served = 0;
  std::uint64_t origin_bytes = 0;
  std::uint64_t origin_requests = 0;
  std::uint64_t origin_ms = 0;
  std::uint64_t evictions = 0;
  std::uint64_t saved_ms = 0;
  std::uint64_t errors = 0;

  HistoryCounts& operator+=(const HistoryCounts& other);
  // REQUIRES: nothing of `earlier` is larger.
  [[nodiscard]] HistoryCounts Since(const HistoryCounts& earlier) const;
  friend bool operator==(const HistoryCounts&, const HistoryCounts&) = default;
};

struct HistoryField {
  std::string_view name;  // as in the contract
  std::uint64_t HistoryCounts::*member;
};
inline constexpr std::array<HistoryField, 9> kHistoryFields{{
    {"hits", &HistoryCounts::hits},
    {"misses", &HistoryCounts::misses},
    {"bytes_served", &HistoryCounts::bytes_served},
    {"origin_bytes", &HistoryCounts::origin_bytes},
    {"origin_requests", &HistoryCounts::origin_requests},
    {"origin_ms", &HistoryCounts::origin_ms},
    {"evictions", &HistoryCounts::evictions},
    {"saved_ms", &HistoryCounts::saved_ms},
    {"errors", &HistoryCounts::errors},
}};

struct HistoryPoint {
  std::int64_t at_ms = 0;  // where the step begins, since the Unix epoch
  HistoryCounts counts;
  std::uint64_t stored_bytes = 0;  // at its end

  friend bool operator==(const HistoryPoint&, const HistoryPoint&) = default;
};

enum class HistoryStep { kMinute, kHour, kDay };

struct HistoryStepSize {
  std::string_view name;  // as in the contract
  std::int64_t ms;
  std::size_t points;  // the most that are kept
};
inline constexpr std::array<HistoryStepSize, 3> kHistorySteps{{
    {"minute", 60'000, 60},
    {"hour", 3'600'000, 48},
    {"day", 24 * 3'600'000, 90},
}};
[[nodiscard]] constexpr const HistoryStepSize& SizeOf(HistoryStep step) {
  return kHistorySteps[static_cast<std::size_t>(step)];
}

class History {
 public:
  // The points of one step in their order, without those in which nothing happened.
  using Points = std::deque<HistoryPoint>;

  // Counts what has happened since the last call. Should the clock have been put back, what is
  // noted of later times than `now_ms` counts as of now: no point lies in the future, and nothing
  // is lost.
  void Add(std::int64_t now_ms, const HistoryCounts& counts, std::uint64_t stored_bytes);

  // Up to now, without gaps: a step in which nothing happened is a point of zeros. From the first
  // that is known on; empty before anything was added.
  [[nodiscard]] std::vector<HistoryPoint> Read(HistoryStep step, std::int64_t now_ms) const;

  // As they are kept, for whoever saves and restores them.
  [[nodiscard]] const Points& points(HistoryStep step) const {
    return points_[static_cast<std::size_t>(step)];
  }
  // Takes points in any order and number; keeps what may be kept.
  void Restore(HistoryStep step, std::vector<HistoryPoint> points);

 private:
  void AddTo(HistoryStep step, std::int64_t now_ms, const HistoryPoint& added);

  std::array<Points, kHistorySteps.size()> points_;
};

}  // namespace image_cache
