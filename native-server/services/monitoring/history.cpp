#include "native-server/services/monitoring/history.h"

#include <algorithm>

namespace image_cache {
namespace {

// Where the step that `ms` lies in begins.
std::int64_t StartOf(std::int64_t ms, const HistoryStepSize& size) {
  return std::max<std::int64_t>(ms, 0) / size.ms * size.ms;
}

void Absorb(HistoryPoint& point, const HistoryPoint& other) {
  point.counts += other.counts;
  point.stored_bytes = other.stored_bytes;
}

}  // namespace

HistoryCounts& HistoryCounts::operator+=(const HistoryCounts& other) {
  for (const HistoryField& field : kHistoryFields) this->*field.member += other.*field.member;
  return *this;
}

HistoryCounts HistoryCounts::Since(const HistoryCounts& earlier) const {
  HistoryCounts since = *this;
  for (const HistoryField& field : kHistoryFields) since.*field.member -= earlier.*field.member;
  return since;
}

void History::Add(std::int64_t now_ms, const HistoryCounts& counts, std::uint64_t stored_bytes) {
  const HistoryPoint added{.at_ms = 0, .counts = counts, .stored_bytes = stored_bytes};
  for (const HistoryStep step : {HistoryStep::kMinute, HistoryStep::kHour, HistoryStep::kDay}) {
    AddTo(step, now_ms, added);
  }
}

void History::AddTo(HistoryStep step, std::int64_t now_ms, const HistoryPoint& added) {
  const HistoryStepSize& size = SizeOf(step);
  Points& points = points_[static_cast<std::size_t>(step)];
  HistoryPoint point{.at_ms = StartOf(now_ms, size), .counts = {}, .stored_bytes = 0};
  while (!points.empty() && points.back().at_ms >= point.at_ms) {
    point.counts += points.back().counts;
    points.pop_back();
  }
  Absorb(point, added);
  // A point of nothing says only how much is stored, which the one before it may say as well.
  const bool says_nothing = point.counts == HistoryCounts{} && !points.empty() &&
                            points.back().stored_bytes == point.stored_bytes;
  if (!says_nothing) points.push_back(point);
  const std::int64_t oldest_ms =
      StartOf(now_ms, size) - static_cast<std::int64_t>(size.points - 1) * size.ms;
  // One that lies before them stays for what it says is stored, until there is another.
  while (points.size() > 1 && points[1].at_ms <= oldest_ms) points.pop_front();
}

std::vector<HistoryPoint> History::Read(HistoryStep step, std::int64_t now_ms) const {
  const HistoryStepSize& size = SizeOf(step);
  const Points& kept = points(step);
  if (kept.empty()) return {};
  const std::int64_t last_ms = StartOf(now_ms, size);
  const std::int64_t oldest_ms = last_ms - static_cast<std::int64_t>(size.points - 1) * size.ms;
  auto next = kept.begin();
  std::uint64_t stored_bytes = next->stored_bytes;
  std::vector<HistoryPoint> read;
  for (std::int64_t at_ms = std::max(kept.front().at_ms, oldest_ms); at_ms <= last_ms;
       at_ms += size.ms) {
    HistoryPoint point{.at_ms = at_ms, .counts = {}, .stored_bytes = 0};
    for (; next != kept.end() && next->at_ms <= at_ms; ++next) {
      if (next->at_ms == at_ms) point.counts = next->counts;
      stored_bytes = next->stored_bytes;
    }
    point.stored_bytes = stored_bytes;
    read.push_back(point);
  }
  return read;
}

void History::Restore(HistoryStep step, std::vector<HistoryPoint> points) {
  const HistoryStepSize& size = SizeOf(step);
  std::stable_sort(points.begin(), points.end(),
                   [](const HistoryPoint& a, const HistoryPoint& b) { return a.at_ms < b.at_ms; });
  Points& kept = points_[static_cast<std::size_t>(step)];
  kept.clear();
  for (HistoryPoint& point : points) {
    point.at_ms = StartOf(point.at_ms, size);
    if (!kept.empty() && kept.back().at_ms == point.at_ms) {
      Absorb(kept.back(), point);
    } else {
      kept.push_back(point);
    }
  }
  while (kept.size() > size.points) kept.pop_front();
}

}  // namespace image_cache
