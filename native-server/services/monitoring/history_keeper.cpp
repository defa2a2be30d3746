#include "native-server/services/monitoring/history_keeper.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "native-server/services/monitoring/history_note.h"

namespace image_cache {

HistoryKeeper::HistoryKeeper(const Clock& clock, Totals totals, Save save,
                             std::optional<std::string> note)
    : clock_(clock), totals_(std::move(totals)), save_(std::move(save)) {
  if (!note) return;
  if (auto history = ReadHistoryNote(*note)) {
    history_ = *std::move(history);
  } else {
    spdlog::warn("the history of the statistics cannot be read; it begins anew");
  }
}

HistoryKeeper::~HistoryKeeper() {
  const std::lock_guard lock(mutex_);
  CountLocked(clock_.NowMs());
  if (is_changed_) SaveLocked();
}

void HistoryKeeper::Count() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ms = clock_.NowMs();
  CountLocked(now_ms);
  // Whichever way the clock went: what is saved is never more than a minute of it old.
  const std::int64_t minute = now_ms / SizeOf(HistoryStep::kMinute).ms;
  if (is_changed_ && minute != saved_minute_) {
    saved_minute_ = minute;
    SaveLocked();
  }
}

std::vector<HistoryPoint> HistoryKeeper::Read(HistoryStep step) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ms = clock_.NowMs();
  CountLocked(now_ms);
  return history_.Read(step, now_ms);
}

void HistoryKeeper::CountLocked(std::int64_t now_ms) {
  const HistoryTotals totals = totals_();
  const HistoryCounts counts = totals.counts.Since(counted_.counts);
  is_changed_ =
      is_changed_ || counts != HistoryCounts{} || totals.stored_bytes != counted_.stored_bytes;
  history_.Add(now_ms, counts, totals.stored_bytes);
  counted_ = totals;
}

void HistoryKeeper::SaveLocked() {
  save_(WriteHistoryNote(history_));
  is_changed_ = false;
}

}  // namespace image_cache
