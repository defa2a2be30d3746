#include "native-server/http/access_log/access_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <string>

#include "native-server/base/unique_fd.h"
#include "tests/native-server/store/test_folder.h"

namespace image_cache::testing {
namespace {

class AccessLogTest : public ::testing::Test {
 protected:
  void Open(const AccessLogLimits& limits = {}) {
    auto opened = AccessLog::Open(
        path.string(), AccessLogFormat::kCombined,
        [](std::string_view query) { return std::string(query); }, clock, limits);
    ASSERT_TRUE(opened) << opened.error().detail;
    log = std::move(*opened);
  }
  void Note(std::string_view target, std::string_view referer = {}) {
    Access access;
    access.client = "c";
    access.method = "GET";
    access.version = "HTTP/1.1";
    access.status = 200;
    access.referer = referer;
    log->Note(access, target, {});
  }
  // Whatever waits is written when this returns.
  void Close() { log.reset(); }

  static std::string Read(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static std::size_t LinesIn(const std::filesystem::path& file) {
    const std::string text = Read(file);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  TestFolder folder;
  std::filesystem::path path = folder.path() / "access.log";
  SystemClock clock;
  std::unique_ptr<AccessLog> log;
};

TEST_F(AccessLogTest, GoesOnBehindWhatIsThere) {
  for (const char* target : {"/first", "/second"}) {
    Open();
    Note(target);
    Close();
  }
  EXPECT_EQ(LinesIn(path), 2U);
  EXPECT_LT(Read(path).find("/first"), Read(path).find("/second"));
}

TEST_F(AccessLogTest, DropsAndCountsWhatTheDiskIsTooSlowFor) {
  Open({.waiting_bytes = 500, .file_bytes = 1 << 20});
  for (int i = 0; i < 1000; ++i) Note("/picture");
  EXPECT_GT(log->Stats().dropped, 0U);
  EXPECT_LE(log->Stats().waiting_bytes, 500U);
  const std::uint64_t dropped = log->Stats().dropped;
  Close();
  EXPECT_EQ(LinesIn(path), 1000 - dropped);
}

TEST_F(AccessLogTest, WritesToANewFileWhenItIsAskedTo) {
  Open();
  Note("/first");
  std::filesystem::rename(path, folder.path() / "old.log");
  log->Reopen();
  Note("/second");
  Close();
  EXPECT_EQ(LinesIn(path) + LinesIn(folder.path() / "old.log"), 2U);
  EXPECT_NE(Read(path).find("/second"), std::string::npos);
}

TEST_F(AccessLogTest, IsRotatedWhenNobodyElseDoesIt) {
  for (int i = 0; i < 5; ++i) {
    Open({.waiting_bytes = 1 << 20, .file_bytes = 100});
    Note("/picture");
    Note("/picture");
    Close();
  }
  EXPECT_EQ(LinesIn(path), 2U);
  EXPECT_EQ(LinesIn(path.string() + ".1"), 2U);
}

TEST_F(AccessLogTest, EndsThoughNobodyReadsThePipeThatItIs) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const UniqueFd reader(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader);
  Open();
  // More than a pipe takes.
  const std::string target(1000, 'a');
  for (int i = 0; i < 200; ++i) Note(target);
  auto closed = std::async(std::launch::async, [this] { Close(); });
  EXPECT_EQ(closed.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  std::array<char, 65536> read{};
  while (closed.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready) {
    (void)::read(reader.get(), read.data(), read.size());
  }
}

TEST_F(AccessLogTest, WritesAllToAPipeThatIsRead) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const UniqueFd reader(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader);
  Open();
  const std::string target(1000, 'a');
  for (int i = 0; i < 200; ++i) Note(target);
  auto closed = std::async(std::launch::async, [this] { Close(); });
  std::array<char, 65536> read{};
  std::ptrdiff_t lines = 0;
  const auto take = [&] {
    const ssize_t count = ::read(reader.get(), read.data(), read.size());
    if (count > 0) lines += std::count(read.begin(), read.begin() + count, '\n');
    return count > 0;
  };
  while (closed.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) take();
  while (take()) {
  }
  EXPECT_EQ(lines, 200);
}

TEST_F(AccessLogTest, SaysWhyItCannotBeOpened) {
  path = folder.path() / "missing" / "access.log";
  const auto opened = AccessLog::Open(path.string(), AccessLogFormat::kJson, nullptr, clock);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().detail.find("No such file"), std::string::npos);
}

TEST_F(AccessLogTest, LeavesOutTheQueryOfAnEncodedUrl) {
  Open();
  Note("/https%3A%2F%2Fa.example%2Fb.jpg%3FX-Amz-Signature=secret");
  Note("/", "https://a.example/p?key=secret");
  Close();
  EXPECT_EQ(Read(path).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace image_cache::testing
