// Keeps the history of a running server: counts from time to time, and saves it so that a kill
// costs no more than a minute of it.
//
// Owned by main; thread-safe. Count is called by a ticker, and by whoever is about to read; its
// costs do not depend on what was counted.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/services/monitoring/history.h"

namespace image_cache {

// All since the start of the process; and what is stored now.
struct HistoryTotals {
  HistoryCounts counts;
  std::uint64_t stored_bytes = 0;
};

class HistoryKeeper {
 public:
  using Totals = std::function<HistoryTotals()>;
  using Save = std::function<void(std::string note)>;

  // `note` is what an earlier run has saved, or nothing. `clock` outlives this, and so does what
  // the functions use.
  HistoryKeeper(const Clock& clock, Totals totals, Save save, std::optional<std::string> note);
  // Counts and saves a last time.
  ~HistoryKeeper();
  HistoryKeeper(const HistoryKeeper&) = delete;
  HistoryKeeper& operator=(const HistoryKeeper&) = delete;

  // Adds what has happened since the last call. Saves the first that happens, so that a server that
  // does not live for a minute leaves it too, and from then on once a minute, if anything did.
  void Count();
  // Up to this moment.
  [[nodiscard]] std::vector<HistoryPoint> Read(HistoryStep step);

 private:
  void CountLocked(std::int64_t now_ms);
  void SaveLocked();

  const Clock& clock_;
  const Totals totals_;
  const Save save_;
  std::mutex mutex_;  // guards everything below
  History history_;
  HistoryTotals counted_;
  std::optional<std::int64_t> saved_minute_;  // since the epoch; nothing before the first time
  bool is_changed_ = false;                   // since it was saved
};

}  // namespace image_cache
