#include "native-server/services/monitoring/history_note.h"

#include <utility>
#include <vector>

namespace image_cache {
namespace {

constexpr char kVersion = 1;
// A point that lies further ahead than any clock of ours is none; in days it is still a time in ms.
constexpr std::uint64_t kMaxStepsSinceEpoch = std::uint64_t{1} << 36;

void Put(std::string& note, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) note.push_back(static_cast<char>(number | 0x80));
  note.push_back(static_cast<char>(number));
}

// Reads numbers from the front of a note; the first that is not whole spoils all that follow.
class NumberReader {
 public:
  explicit NumberReader(std::string_view note) : rest_(note) {}

  std::uint64_t Take() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return number;
    }
    is_sound_ = false;
    rest_ = {};
    return 0;
  }
  [[nodiscard]] bool is_sound() const { return is_sound_; }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_sound_ = true;
};

void PutPoints(std::string& note, const History::Points& points, const HistoryStepSize& size) {
  Put(note, points.size());
  std::int64_t before_ms = 0;
  for (const HistoryPoint& point : points) {
    Put(note, static_cast<std::uint64_t>((point.at_ms - before_ms) / size.ms));
    before_ms = point.at_ms;
    for (const HistoryField& field : kHistoryFields) Put(note, point.counts.*field.member);
    Put(note, point.stored_bytes);
  }
}

std::optional<std::vector<HistoryPoint>> TakePoints(NumberReader& numbers,
                                                    const HistoryStepSize& size) {
  const std::uint64_t count = numbers.Take();
  if (count > size.points) return std::nullopt;
  std::vector<HistoryPoint> points;
  std::uint64_t steps = 0;
  for (std::uint64_t i = 0; i < count && numbers.is_sound(); ++i) {
    const std::uint64_t further = numbers.Take();
    if (further > kMaxStepsSinceEpoch || (steps += further) > kMaxStepsSinceEpoch) {
      return std::nullopt;
    }
    HistoryPoint point;
    point.at_ms = static_cast<std::int64_t>(steps) * size.ms;
    for (const HistoryField& field : kHistoryFields) point.counts.*field.member = numbers.Take();
    point.stored_bytes = numbers.Take();
    points.push_back(point);
  }
  if (!numbers.is_sound()) return std::nullopt;
  return points;
}

}  // namespace

std::string WriteHistoryNote(const History& history) {
  std::string note(1, kVersion);
  for (std::size_t i = 0; i < kHistorySteps.size(); ++i) {
    PutPoints(note, history.points(static_cast<HistoryStep>(i)), kHistorySteps.at(i));
  }
  return note;
}

std::optional<History> ReadHistoryNote(std::string_view note) {
  if (note.empty() || note.front() != kVersion) return std::nullopt;
  NumberReader numbers(note.substr(1));
  History history;
  for (std::size_t i = 0; i < kHistorySteps.size(); ++i) {
    auto points = TakePoints(numbers, kHistorySteps.at(i));
    if (!points) return std::nullopt;
    history.Restore(static_cast<HistoryStep>(i), *std::move(points));
  }
  if (!numbers.is_at_end()) return std::nullopt;
  return history;
}

}  // namespace image_cache
