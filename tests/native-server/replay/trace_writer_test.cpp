#include "native-server/replay/trace_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/replay/trace_file.h"

namespace image_cache {
namespace {

using ::testing::HasSubstr;

const std::string kHeader = std::string(kTraceHeader) + "\n";

class StillClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t NowMs() const override { return 1700000000123; }
  [[nodiscard]] std::chrono::steady_clock::time_point Monotonic() const override { return {}; }
};

class TraceWriterTest : public testing::Test {
 protected:
  std::unique_ptr<TraceWriter> Open(TraceLimits limits = {}) {
    auto writer = TraceWriter::Open(file.path(), clock, limits);
    EXPECT_TRUE(writer) << writer.error().detail;
    return writer ? std::move(*writer) : nullptr;
  }

  StillClock clock;
  TraceFile file{""};
};

TEST_F(TraceWriterTest, WritesWhatTheReaderReads) {
  {
    const auto writer = Open();
    writer->Note({.object_id = 42, .size_bytes = 1000, .actor_id = "0001"});
    writer->Note({.object_id = 43, .size_bytes = 2000, .actor_id = "a.b", .is_prefetch = true});
  }
  EXPECT_EQ(ReadAll(file.path()),
            kHeader + "1700000000123,42,1000,0001,0\n1700000000123,43,2000,a.b,1\n");
}

TEST_F(TraceWriterTest, GoesOnBehindTheLastWholeLine) {
  const std::string row = "1700000000123,42,1000,0001,0\n";
  std::ofstream(file.path()) << kHeader + row + "17000000001";
  Open()->Note({.object_id = 42, .size_bytes = 1000, .actor_id = "0001"});
  EXPECT_EQ(ReadAll(file.path()), kHeader + row + row);
}

TEST_F(TraceWriterTest, LeavesAFileAloneThatIsNoTrace) {
  std::ofstream(file.path()) << "my letters\n";
  const auto writer = TraceWriter::Open(file.path(), clock);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, TraceError::kBroken);
  EXPECT_EQ(ReadAll(file.path()), "my letters\n");
}

TEST_F(TraceWriterTest, LeavesALineAloneThatIsFarTooLong) {
  const std::string text = kHeader + std::string(5000, '1');
  std::ofstream(file.path()) << text;
  const auto writer = TraceWriter::Open(file.path(), clock);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, TraceError::kBroken);
  EXPECT_EQ(ReadAll(file.path()), text);
}

TEST_F(TraceWriterTest, SaysWhyAFileCannotBeWritten) {
  const auto writer = TraceWriter::Open("/nonexistent/trace.csv", clock);
  ASSERT_FALSE(writer);
  EXPECT_THAT(writer.error().detail, HasSubstr("/nonexistent/trace.csv: No such file"));
}

TEST_F(TraceWriterTest, DropsRowsBeyondItsBoundAndCountsThem) {
  const auto writer = Open({.waiting_rows = 10});
  for (int i = 0; i < 1000; ++i) writer->Note({.object_id = 1, .size_bytes = 1, .actor_id = "a"});
  const TraceStats stats = writer->Stats();
  EXPECT_LE(stats.waiting, 10U);
  EXPECT_GT(stats.dropped, 0U);
}

TEST_F(TraceWriterTest, EndsWhenTheFileIsFull) {
  {
    const auto writer = Open({.file_bytes = kHeader.size() + 40});
    writer->Note({.object_id = 1, .size_bytes = 1, .actor_id = "first"});
    ASSERT_TRUE(Eventually([&] { return writer->Stats().rows >= 1; }));
    for (int i = 0; i < 5; ++i)
      writer->Note({.object_id = 1, .size_bytes = 1, .actor_id = "too-many"});
    ASSERT_TRUE(Eventually([&] { return writer->Stats().dropped >= 5; }));
    writer->Note({.object_id = 1, .size_bytes = 1, .actor_id = "too-many"});
    EXPECT_EQ(writer->Stats().dropped, 6U);
  }
  EXPECT_THAT(ReadAll(file.path()), ::testing::Not(HasSubstr("too-many")));
}

TEST_F(TraceWriterTest, SaysThatADiskIsFull) {
  // Takes no byte, as a full disk does.
  const auto writer = TraceWriter::Open("/dev/full", clock);
  ASSERT_FALSE(writer);
  EXPECT_THAT(writer.error().detail, HasSubstr("No space left"));
}

// No file of this process can grow beyond a size: its disk is full from then on.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::size_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(TraceWriterTest, EndsWithAWholeLineWhenTheDiskFillsUp) {
  const std::string row = "1700000000123,1,1,first,0\n";
  const auto writer = Open();
  writer->Note({.object_id = 1, .size_bytes = 1, .actor_id = "first"});
  ASSERT_TRUE(Eventually([&] { return writer->Stats().rows >= 1; }));
  {
    const FileSizeLimit limit(kHeader.size() + row.size() + 10);
    writer->Note({.object_id = 2, .size_bytes = 1, .actor_id = "half"});
    ASSERT_TRUE(Eventually([&] { return writer->Stats().dropped >= 1; }));
  }
  writer->Note({.object_id = 3, .size_bytes = 1, .actor_id = "later"});
  EXPECT_EQ(writer->Stats().dropped, 2U) << "it does not begin again";
  EXPECT_EQ(ReadAll(file.path()), kHeader + row);
}

}  // namespace
}  // namespace image_cache
