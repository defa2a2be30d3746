#include "native-server/services/monitoring/history_note.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace image_cache {
namespace {

constexpr std::int64_t kStart = 1'729'176'000'000;

History Busy(std::uint64_t each) {
  History history;
  HistoryCounts counts;
  for (const HistoryField& field : kHistoryFields) counts.*field.member = each;
  for (int i = 0; i < 200; ++i) history.Add(kStart + i * 13 * 3'600'000LL, counts, each);
  for (int i = 0; i < 200; ++i) history.Add(kStart + 109 * 86'400'000LL + i * 60'000, counts, i);
  return history;
}

TEST(HistoryNoteTest, ReadsWhatItHasWritten) {
  const History history = Busy(123'456'789);
  const auto read = ReadHistoryNote(WriteHistoryNote(history));
  ASSERT_TRUE(read);
  for (const HistoryStep step : {HistoryStep::kMinute, HistoryStep::kHour, HistoryStep::kDay}) {
    EXPECT_EQ(read->points(step), history.points(step));
    EXPECT_FALSE(read->points(step).empty());
  }
}

TEST(HistoryNoteTest, IsBoundedWhateverWasCounted) {
  EXPECT_LE(WriteHistoryNote(Busy(std::numeric_limits<std::uint64_t>::max())).size(),
            kMaxHistoryNoteBytes);
  EXPECT_LE(WriteHistoryNote(Busy(100'000)).size(), 8192U) << "as much as an ordinary server has";
}

TEST(HistoryNoteTest, ReadsNothingOfAnythingElse) {
  const std::string note = WriteHistoryNote(Busy(5));
  EXPECT_FALSE(ReadHistoryNote(""));
  EXPECT_FALSE(ReadHistoryNote("no history"));
  EXPECT_FALSE(ReadHistoryNote(note + "x"));
  EXPECT_FALSE(ReadHistoryNote("\1" + std::string(100, '\xff')));
  for (std::size_t i = 0; i < note.size(); ++i) EXPECT_FALSE(ReadHistoryNote(note.substr(0, i)));
}

TEST(HistoryNoteTest, ReadsNoPointThatNoClockCanShow) {
  // No minutes, no hours, and of days one that lies 2^38 of them ahead; all its numbers are 0.
  std::string note("\1\0\0\1\x80\x80\x80\x80\x80\x08", 10);
  note.append(kHistoryFields.size() + 1, '\0');
  EXPECT_FALSE(ReadHistoryNote(note));
  note.replace(4, 6, "\5");  // the sixth day of 1970
  EXPECT_TRUE(ReadHistoryNote(note));
}

TEST(HistoryNoteTest, EndsWhateverTheBytesAre) {
  const std::string note = WriteHistoryNote(Busy(5));
  for (std::size_t i = 1; i < note.size(); ++i) {
    std::string broken = note;
    broken[i] = static_cast<char>(broken[i] ^ 0x55);
    const auto read = ReadHistoryNote(broken);
    if (!read) continue;
    for (const HistoryStep step : {HistoryStep::kMinute, HistoryStep::kHour, HistoryStep::kDay}) {
      EXPECT_LE(read->Read(step, kStart).size(), SizeOf(step).points);
    }
  }
}

}  // namespace
}  // namespace image_cache
