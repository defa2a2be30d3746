// Both ways to the same outcome: with openat2, and in a thread from which it is kept as systemd
// keeps it from a service with DynamicUser=.
#include "native-server/base/open_beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/openat2.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

namespace image_cache {
namespace {

namespace fs = std::filesystem;

// For this thread, and for good.
void LoseOpenat2(int error) {
  ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
  ASSERT_EQ(::seccomp_rule_add(filter, SCMP_ACT_ERRNO(error), SCMP_SYS(openat2), 0), 0);
  ASSERT_EQ(::seccomp_load(filter), 0);
  ::seccomp_release(filter);
  open_how how{};
  ASSERT_EQ(::syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof how), -1);
  ASSERT_EQ(errno, error);
}

// The parameter: what openat2 fails with, if it is to fail.
class OpenBeneathTest : public ::testing::TestWithParam<std::optional<int>> {
 protected:
  OpenBeneathTest() {
    char name[] = "/tmp/image-cache-beneath-XXXXXX";
    outside_ = ::mkdtemp(name);
    fs::create_directories(outside_ / "folder/a/b");
    Write("outside.txt");
    Write("folder/top.txt");
    Write("folder/a/b/deep.txt");
    fs::create_symlink("top.txt", outside_ / "folder/link.txt");
    fs::create_symlink("a", outside_ / "folder/link");
    fs::create_symlink("../outside.txt", outside_ / "folder/a/out.txt");
    fs::create_symlink("/", outside_ / "folder/root");
    folder_ = UniqueFd(::open((outside_ / "folder").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  ~OpenBeneathTest() override { fs::remove_all(outside_); }

  void Write(const char* path) { std::ofstream(outside_ / path) << path; }

  // 0, or the error.
  int Open(const std::string& path, int flags = O_RDONLY) {
    int error = 0;
    InThread([&] {
      const auto opened =
          OpenBeneath(folder_.get(), path, flags, (flags & O_CREAT) != 0 ? 0600 : 0);
      if (!opened) error = opened.error();
    });
    return error;
  }

  std::string Read(const std::string& path) {
    std::string text(100, '\0');
    InThread([&] {
      const auto opened = OpenBeneath(folder_.get(), path, O_RDONLY);
      ASSERT_TRUE(opened) << path << ": " << opened.error();
      text.resize(static_cast<std::size_t>(::read(opened->get(), text.data(), text.size())));
      EXPECT_NE(::fcntl(opened->get(), F_GETFD) & FD_CLOEXEC, 0);
    });
    return text;
  }

  template <typename Body>
  static void InThread(Body body) {
    std::thread([&] {
      if (GetParam()) LoseOpenat2(*GetParam());
      body();
    }).join();
  }

  fs::path outside_;
  UniqueFd folder_;
};

TEST_P(OpenBeneathTest, OpensWhatLiesBeneath) {
  EXPECT_EQ(Read("top.txt"), "folder/top.txt");
  EXPECT_EQ(Read("a/b/deep.txt"), "folder/a/b/deep.txt");
  EXPECT_EQ(Read("a//b/./deep.txt"), "folder/a/b/deep.txt");
  EXPECT_EQ(Open(".", O_RDONLY | O_DIRECTORY), 0);
  EXPECT_EQ(Open("a/b", O_PATH | O_DIRECTORY), 0);
  EXPECT_EQ(Open("a/b/", O_PATH | O_DIRECTORY), 0);
}

TEST_P(OpenBeneathTest, MakesFilesAsTold) {
  EXPECT_EQ(Open("a/new.txt", O_RDWR | O_CREAT | O_EXCL), 0);
  EXPECT_EQ(fs::status(outside_ / "folder/a/new.txt").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(Open("a/new.txt", O_RDWR | O_CREAT | O_EXCL), EEXIST);
  EXPECT_EQ(Open("missing/new.txt", O_RDWR | O_CREAT), ENOENT);
}

TEST_P(OpenBeneathTest, TellsWhatIsNotThere) {
  EXPECT_EQ(Open("none.txt"), ENOENT);
  EXPECT_EQ(Open("none/top.txt"), ENOENT);
  EXPECT_EQ(Open("top.txt/more"), ENOTDIR);
  EXPECT_EQ(Open("top.txt", O_PATH | O_DIRECTORY), ENOTDIR);
  EXPECT_EQ(Open(""), ENOENT);
  EXPECT_EQ(Open(std::string(300, 'x')), ENAMETOOLONG);
}

TEST_P(OpenBeneathTest, FollowsNoLinkWhereverItLeads) {
  EXPECT_EQ(Open("link.txt"), ELOOP);
  EXPECT_EQ(Open("link/b/deep.txt"), ELOOP);
  EXPECT_EQ(Open("a/out.txt"), ELOOP);
  EXPECT_EQ(Open("root/etc/passwd"), ELOOP);
  EXPECT_EQ(Open("link.txt", O_WRONLY | O_TRUNC), ELOOP);
  EXPECT_NE(Open("link", O_RDONLY | O_DIRECTORY), 0);
  EXPECT_NE(Open("a/new.txt/../../../outside.txt", O_RDWR | O_CREAT), 0);
}

TEST_P(OpenBeneathTest, NeverLeavesTheFolder) {
  EXPECT_EQ(Open("../outside.txt"), EXDEV);
  EXPECT_EQ(Open("a/../../outside.txt"), EXDEV);
  EXPECT_EQ(Open("a/b/../../../outside.txt"), EXDEV);
  EXPECT_EQ(Open(".."), EXDEV);
  EXPECT_EQ(Open("/etc/passwd"), EXDEV);
  EXPECT_EQ(Open((outside_ / "folder/top.txt").string()), EXDEV);
}

TEST_P(OpenBeneathTest, DoesNotWaitForAPipe) {
  ASSERT_EQ(::mkfifo((outside_ / "folder/pipe").c_str(), 0600), 0);
  EXPECT_EQ(Open("pipe", O_RDONLY | O_NONBLOCK), 0);
}

INSTANTIATE_TEST_SUITE_P(, OpenBeneathTest,
                         ::testing::Values(std::nullopt, std::optional(ENOSYS),
                                           std::optional(EPERM)),
                         [](const auto& test) -> std::string {
                           if (!test.param) return "WithOpenat2";
                           return *test.param == ENOSYS ? "Without" : "NotPermitted";
                         });

}  // namespace
}  // namespace image_cache
