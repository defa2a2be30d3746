#include "native-server/replay/trace_reader.h"

#include <gtest/gtest.h>

#include "tests/native-server/replay/trace_file.h"

namespace image_cache {
namespace {

const std::string kHeader = std::string(kTraceHeader) + "\n";

TEST(TraceReaderTest, ReadsRowByRow) {
  const TraceFile file(kHeader + "1700000000123,42,1000,0001,0\r\n1,9223372036854775807,1,a.b,1");
  auto reader = TraceReader::Open(file.path());
  ASSERT_TRUE(reader) << reader.error().detail;
  TraceRow row;
  ASSERT_EQ(reader->Next(row), true);
  EXPECT_EQ(row.time_ms, 1700000000123);
  EXPECT_EQ(row.id, 42U);
  EXPECT_EQ(row.size_bytes, 1000U);
  EXPECT_EQ(row.actor_id, "0001");
  EXPECT_FALSE(row.is_prefetch);
  ASSERT_EQ(reader->Next(row), true);
  EXPECT_EQ(row.id, 9223372036854775807U);
  EXPECT_TRUE(row.is_prefetch);
  EXPECT_EQ(reader->Next(row), false);
}

TEST(TraceReaderTest, NamesTheLineThatIsBroken) {
  for (const std::string broken :
       {"", "1,2,3,a", "1,2,3,a,0,", "x,2,3,a,0", "-1,2,3,a,0", "1,,3,a,0", "1,2x,3,a,0",
        "1,2,0,a,0", "1,2,-3,a,0", "1,2,3,,0", "1,2,3,../a,0", "1,2,3,a,2", "1,2,3,a,",
        "1,99999999999999999999,3,a,0"}) {
    const TraceFile file(kHeader + "1,2,3,a,0\n" + broken + "\n1,2,3,a,0\n");
    auto reader = TraceReader::Open(file.path());
    ASSERT_TRUE(reader);
    TraceRow row;
    EXPECT_EQ(reader->Next(row), true);
    const auto next = reader->Next(row);
    ASSERT_FALSE(next) << broken;
    EXPECT_EQ(next.error().code, TraceError::kBroken);
    EXPECT_NE(next.error().detail.find(file.path() + ":3: "), std::string::npos)
        << next.error().detail;
  }
}

TEST(TraceReaderTest, HoldsNoMoreThanARowMayHave) {
  const std::string longest(kMaxTraceLineBytes, '7');
  for (const std::string& line : {longest, longest + "7"}) {
    const TraceFile file(kHeader + "1,2,3,a,0\n" + line + "\n1,2,3,a,0\n");
    auto reader = TraceReader::Open(file.path());
    ASSERT_TRUE(reader);
    TraceRow row;
    EXPECT_EQ(reader->Next(row), true);
    const auto next = reader->Next(row);
    ASSERT_FALSE(next);
    const bool too_long = line.size() > kMaxTraceLineBytes;
    EXPECT_EQ(next.error().detail.find("at most 512 bytes") != std::string::npos, too_long)
        << next.error().detail;
    EXPECT_NE(next.error().detail.find(":3: "), std::string::npos);
  }
}

TEST(TraceReaderTest, RefusesWhatIsNoTrace) {
  for (const std::string text : {"", "1,2,3,a,0\n", "time,id,size\n"}) {
    const TraceFile file(text);
    const auto reader = TraceReader::Open(file.path());
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, TraceError::kBroken);
  }
  const auto missing = TraceReader::Open("/nonexistent/trace.csv");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, TraceError::kUnreadable);
  EXPECT_NE(missing.error().detail.find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace image_cache
