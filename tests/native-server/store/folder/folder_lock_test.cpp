// One server per folder, and how the others find it.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using FolderLockTest = StoreTest;

TEST_F(FolderLockTest, RefusesASecondServer) {
  Open();
  EXPECT_EQ(OpenError(), StoreError::kInUse);
}

TEST_F(FolderLockTest, IsFreeWhenTheFirstIsDone) {
  Open();
  store.reset();
  Open();
}

TEST_F(FolderLockTest, DiesWithItsOwner) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto opened = Store::Open(options, clock);
    const char answer = opened ? 'y' : 'n';
    (void)!::write(ready[1], &answer, 1);
    for (;;) ::pause();
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_EQ(OpenError(), StoreError::kInUse);

  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  Open();
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(FolderLockTest, TellsTheRunningServersAddress) {
  EXPECT_EQ(FindRunningServer(cache_dir.string()), std::nullopt);
  Open();
  EXPECT_EQ(FindRunningServer(cache_dir.string()), std::nullopt) << "nothing is announced yet";
  store->AnnounceServer("http://127.0.0.1:18787");
  EXPECT_EQ(FindRunningServer(cache_dir.string()), "http://127.0.0.1:18787");
  store->AnnounceServer("http://[::1]:80");
  EXPECT_EQ(FindRunningServer(cache_dir.string()), "http://[::1]:80");
  store.reset();
  EXPECT_EQ(FindRunningServer(cache_dir.string()), std::nullopt);
}

TEST_F(FolderLockTest, BelievesNoAddressWithoutALock) {
  WriteFile(cache_dir / "lock", "http://127.0.0.1:1\n");
  EXPECT_EQ(FindRunningServer(cache_dir.string()), std::nullopt);
  Open();
  EXPECT_EQ(FindRunningServer(cache_dir.string()), std::nullopt) << "that was another server's";
}

TEST_F(FolderLockTest, IsNotDisturbedByWhoAsks) {
  for (int i = 0; i < 100; ++i) {
    std::thread asking([this] { (void)FindRunningServer(cache_dir.string()); });
    Open();
    asking.join();
    store.reset();
  }
}

}  // namespace
}  // namespace image_cache::testing
