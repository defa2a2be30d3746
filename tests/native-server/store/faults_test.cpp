// Every single system call of what a store does fails once, in every way that a disk has: nothing
// that was acknowledged is lost, nothing that was not is left, and it works when it is tried again.

#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <map>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/faulty_files.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

// More calls than any scenario makes: a scenario that never runs through is a bug.
constexpr int kMostCalls = 1000;

// Thousands of starts and stops, each of which waits for the disk: one in memory, where there is.
std::filesystem::path FastestFolder() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

class FaultsTest : public StoreTest, public ::testing::WithParamInterface<int> {
 protected:
  FaultsTest() {
    cache_dir = memory.path() / "cache";
    options.cache_dir = cache_dir.string();
    options.files = files;
    spdlog::set_level(spdlog::level::off);  // thousands of failures, all of them wanted
  }
  ~FaultsTest() override {
    files->Mend();
    store.reset();  // before the files
    spdlog::set_level(log_level);
  }

  // What is published is expected to be there from now on, whatever fails later.
  void Keep(const std::string& name, const std::string& actor_id, int seed) {
    const std::string content = Jpeg(3000, seed);
    const auto entry = TryPublish(KeyOf(name), actor_id, content);
    if (entry) expected[KeyOf(name)] = {.entry = *entry, .content = content};
  }

  // Everything that was acknowledged, and nothing else.
  void ExpectAllThere(const std::string& when) {
    for (const auto& [key, kept] : expected) {
      EXPECT_EQ(store->Find(key), kept.entry) << when << ": " << key;
      EXPECT_TRUE(Serve(kept.entry.local_path) == kept.content) << when << ": " << key;
    }
    EXPECT_EQ(store->Stats().totals.entries, expected.size()) << when;
    EXPECT_EQ(store->Stats().totals.size_bytes, expected.size() * 3000) << when;
  }

  void ExpectNoDebris() {
    // The start leaves some to the background.
    EXPECT_TRUE(
        Eventually([&] { return FilesBeneath(cache_dir / "images").size() == expected.size(); }));
    EXPECT_EQ(TemporaryPictures(), 0U);
    for (const auto& file : std::filesystem::directory_iterator(cache_dir)) {
      EXPECT_THAT(file.path().filename().string(),
                  ::testing::Not(::testing::StartsWith("index.sqlite.broken")))
          << "a sound index was set aside";
    }
  }

  // Runs the scenario again and again; in the n-th run its n-th call fails. `run` may fail, and
  // keeps `expected` in step with what it was told.
  void FailEachCallOf(const std::function<void()>& prepare, const std::function<void()>& run) {
    for (int n = 1; n < kMostCalls; ++n) {
      SCOPED_TRACE("call " + std::to_string(n));
      if (store == nullptr) Open();
      Keep("a", "0001", 1);
      Keep("b", "0001", 2);
      Keep("c", "0002", 3);
      ASSERT_GE(expected.size(), 3U);
      prepare();
      files->FailNth(n, GetParam());
      run();
      const bool failed = files->Mend();
      if (store != nullptr) ExpectAllThere("now");
      Reopen();
      ExpectAllThere("after a restart");
      ExpectNoDebris();
      run();
      if (store != nullptr) ExpectAllThere("after another try");
      if (HasFailure() || !failed) return;
    }
    FAIL() << "it does not end";
  }
  void FailEachCallOf(const std::function<void()>& run) {
    FailEachCallOf([] {}, run);
  }

  // What was removed is expected to be gone.
  void Forget(const Result<Removal, StoreError>& removal, const std::vector<std::string>& names) {
    if (!removal) return;
    for (const std::string& name : names) expected.erase(KeyOf(name));
  }

  struct Kept {
    Entry entry;
    std::string content;
  };
  const TestFolder memory{FastestFolder()};
  const std::shared_ptr<FaultyFiles> files = std::make_shared<FaultyFiles>();
  std::map<std::string, Kept> expected;  // by key
  const spdlog::level::level_enum log_level = spdlog::get_level();
};

TEST_P(FaultsTest, OfANewPicture) {
  FailEachCallOf([&] { Forget(Remove(KeyOf("new")), {"new"}); }, [&] { Keep("new", "0003", 4); });
}

TEST_P(FaultsTest, OfAPictureThatReplacesAnother) {
  int seed = 100;
  FailEachCallOf([&] { Keep("a", "0001", ++seed); });
}

TEST_P(FaultsTest, OfAPictureThatIsThereAlready) {
  FailEachCallOf([&] { Keep("a", "0001", 1); });
}

TEST_P(FaultsTest, OfARemoval) {
  FailEachCallOf([&] { Forget(Remove(KeyOf("c")), {"c"}); });
}

TEST_P(FaultsTest, OfClearingAnActor) {
  FailEachCallOf([&] { Forget(ClearActor("0001"), {"a", "b"}); });
}

TEST_P(FaultsTest, OfClearingAll) {
  FailEachCallOf([&] { Forget(ClearAll(), {"a", "b", "c"}); });
}

TEST_P(FaultsTest, OfAStop) {
  FailEachCallOf([&] { store.reset(); });
}

TEST_P(FaultsTest, OfAStart) {
  FailEachCallOf([&] { store.reset(); },
                 [&] {
                   store.reset();
                   auto opened = Store::Open(options, clock);
                   if (opened) store = std::move(*opened);
                 });
}

INSTANTIATE_TEST_SUITE_P(Errors, FaultsTest,
                         ::testing::Values(EIO, ENOSPC, EROFS, EDQUOT, EMFILE, ENOMEM),
                         [](const auto& fault) { return ::strerrorname_np(fault.param); });

}  // namespace
}  // namespace image_cache::testing
