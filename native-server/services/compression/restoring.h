// Turns compressed pictures back into the bytes that were downloaded, once however many ask.
//
// Owned by main; thread-safe. Who asks has the bytes, in memory, as soon as their hash is the
// entry's; that they lie on the disk again is done behind that, by a thread of its own. A picture
// that does not give these bytes is dropped, to be fetched again.
//
// Bound (design rule 8): kMaxBytes of pictures in memory, those that are being sent included, or
// one picture; who asks for more is told to come again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "native-server/base/unique_fd.h"
#include "native-server/services/compression/picture_codec.h"
#include "native-server/services/fetch/unstored_picture.h"
#include "native-server/store/store.h"

namespace image_cache {

enum class RestoreError {
  kNotFound,  // no such picture, or it was broken and is dropped
  kBusy,      // too many are being turned back
  kFailed,    // it cannot be told whether the picture is broken
};

// The original's bytes; kept by whoever sends them.
struct RestoredPicture {
  UniqueFd fd;
  std::uint64_t size_bytes = 0;
  std::shared_ptr<UnstoredShare> share;

  // Another descriptor of the bytes; empty when there is none left.
  [[nodiscard]] UniqueFd Duplicate() const;
};
using RestoredPtr = std::shared_ptr<const RestoredPicture>;

struct RestoreStats {
  std::uint64_t restored = 0;  // that gave their bytes
  std::uint64_t stored = 0;    // of these, those that lie on the disk as they were downloaded again
  std::uint64_t broken = 0;
  std::uint64_t failed = 0;
  std::uint64_t cpu_us = 0;
  std::size_t running = 0;
  std::uint64_t bytes = 0, max_bytes = 0;  // in memory
};

class Restoring {
 public:
  static constexpr std::uint64_t kMaxBytes = 256ULL << 20;

  using Callback = std::function<void(Result<RestoredPtr, RestoreError>)>;

  // Both outlive this.
  Restoring(Store& store, PictureCodec& codec, std::uint64_t max_bytes = kMaxBytes);
  // Puts what is restored on the disk first. REQUIRES: the codec calls back no more.
  ~Restoring();

  // `done` is called on any thread, also on the caller's. For a picture that is not compressed (any
  // more) it gets kNotFound or its bytes: open it again.
  void Restore(const LocalPath& path, Callback done);

  // Whether anybody waits for a picture.
  [[nodiscard]] bool IsAwaited() const;
  [[nodiscard]] RestoreStats Stats() const;

 private:
  struct Running {
    Entry entry;
    std::shared_ptr<UnstoredShare> share;
    UniqueFd output;
    RestoredPtr picture;  // once it is there
    std::vector<Callback> waiting;
  };
  using RunningPtr = std::shared_ptr<Running>;

  void Start(const LocalPath& path, const RunningPtr& running);
  void OnRestored(const RunningPtr& running, const Result<CodecAnswer, CodecError>& answer);
  void Fail(const RunningPtr& running, const Error<RestoreError>& error);
  // It is dropped.
  void FailBroken(const RunningPtr& running);
  void RunThread();
  // True when it lies on the disk again.
  [[nodiscard]] bool PutBack(const Running& running);

  Store& store_;
  PictureCodec& codec_;
  const std::shared_ptr<UnstoredSpace> space_;

  mutable std::mutex mutex_;
  std::condition_variable added_;
  std::unordered_map<std::string, RunningPtr> running_;  // guarded by mutex_; by local path
  std::deque<RunningPtr> restored_;                      // guarded by mutex_; to be put back
  std::size_t awaited_ = 0;                              // guarded by mutex_
  RestoreStats stats_;                                   // guarded by mutex_
  bool stopping_ = false;                                // guarded by mutex_
  std::thread thread_;                                   // last: it uses all of the above
};

}  // namespace image_cache
