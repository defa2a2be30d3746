// A store in a folder of its own, with everything that tests do to it said in one line.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "native-server/base/clock.h"
#include "native-server/store/store.h"
#include "tests/native-server/store/test_folder.h"

namespace image_cache::testing {

// Goes forward when it is told to.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t NowMs() const override { return now_ms_; }
  [[nodiscard]] std::chrono::steady_clock::time_point Monotonic() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(now_ms_));
  }
  void Advance(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<std::int64_t> now_ms_{1729176000000};
};

// Bytes that begin like a JPEG of 16 × 16. Another `seed` gives another content.
[[nodiscard]] std::string Jpeg(std::size_t size_bytes, int seed = 0);

class StoreTest : public ::testing::Test {
 protected:
  StoreTest();

  // Opens `store`, or expects that it cannot be opened and says why.
  void Open();
  [[nodiscard]] StoreError OpenError();
  void Reopen();

  // Each waits until it is done.
  [[nodiscard]] Result<Entry, StoreError> TryPublish(const std::string& key,
                                                     const std::string& actor_id,
                                                     const std::string& content);
  Entry Publish(const std::string& key, const std::string& actor_id, const std::string& content);
  [[nodiscard]] Result<Removal, StoreError> Remove(const std::string& key);
  [[nodiscard]] Result<Removal, StoreError> ClearActor(const std::string& actor_id);
  [[nodiscard]] Result<Removal, StoreError> ClearAll();

  [[nodiscard]] Result<OpenedImage, StoreError> OpenImage(const std::string& local_path);
  // The bytes served for a local path; nothing when it is not cached.
  [[nodiscard]] std::optional<std::string> Serve(const std::string& local_path);
  // How many pictures are being written.
  [[nodiscard]] std::size_t TemporaryPictures() const;
  // Until the files of what was removed are off the disk.
  void AwaitUnlinking();
  // Until manifest.json tells of the store's newest revision.
  void AwaitManifestFile();
  [[nodiscard]] std::filesystem::path FileOf(const Entry& entry) const;
  // Until the store has tried its sick disk again.
  void AwaitProbe();
  // Whether it is healthy after that.
  [[nodiscard]] bool Recovers();

  TestFolder folder;
  std::filesystem::path cache_dir;  // does not exist before Open
  FakeClock clock;
  StoreOptions options;  // no minimum of free space: tests run anywhere
  std::unique_ptr<Store> store;
};

// A --max-size with room for so many bytes in so many pictures of so many actors, all that goes
// with them included, and less than a block more.
[[nodiscard]] std::uint64_t LimitFor(std::uint64_t bytes, std::uint64_t pictures,
                                     std::uint64_t actors);

[[nodiscard]] std::string KeyOf(const std::string& name);
[[nodiscard]] NewEntry Named(const std::string& key, const std::string& actor_id);

}  // namespace image_cache::testing
