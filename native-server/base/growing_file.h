// A file that is still being written, for one who writes it and any number who read it meanwhile,
// each from where and as fast as it likes.
//
// Shared by the writer and the readers; thread-safe. The bytes themselves are read from fd(), at
// offsets of the reader's own; this only tells how many there are, and wakes who wants more.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "native-server/base/unique_fd.h"

namespace image_cache {

class GrowingFile {
 public:
  enum class State {
    kGrowing,
    kWhole,
    kFailed,  // nothing more will come; what is there is a part of something
  };
  struct Progress {
    std::uint64_t size_bytes = 0;
    State state = State::kGrowing;

    friend bool operator==(const Progress&, const Progress&) = default;
  };

  // A reader that waits. Destroying it ends the wait; a wake that has begun meanwhile still comes.
  // REQUIRES: destroyed before the file.
  class Watch {
   public:
    Watch() = default;
    Watch(Watch&& other) noexcept : file_(other.file_), id_(other.id_) { other.file_ = nullptr; }
    Watch& operator=(Watch&&) = delete;
    ~Watch() {
      if (file_ != nullptr) file_->EndWatch(id_);
    }

   private:
    friend class GrowingFile;
    Watch(GrowingFile& file, std::uint64_t id) : file_(&file), id_(id) {}

    GrowingFile* file_ = nullptr;
    std::uint64_t id_ = 0;
  };

  // `fd` is open for reading; its own offset is never used. `announced_bytes` is what the file will
  // have when it is whole, if that is known.
  GrowingFile(UniqueFd fd, std::optional<std::uint64_t> announced_bytes)
      : fd_(std::move(fd)), announced_bytes_(announced_bytes) {}

  // --- for readers ---
  // Its number stays the same; see ReadFrom.
  [[nodiscard]] int fd() const { return fd_.get(); }
  // Known when it was announced, else as soon as the file is whole.
  [[nodiscard]] std::optional<std::uint64_t> total_bytes() const;
  [[nodiscard]] Progress progress() const;
  // Calls `wake` at most once: as soon as the file has more than `size_bytes` or does not grow any
  // more. On the writer's thread, so it must be quick, or on this one when it is so already.
  [[nodiscard]] Watch WatchBeyond(std::uint64_t size_bytes, std::function<void()> wake);

  // --- for the writer: one thread at a time, nothing behind Finish or Fail ---
  // REQUIRES: that many bytes can be read from fd() already.
  void GrowTo(std::uint64_t size_bytes);
  // The bytes go on in another file, which has all of those that there are. Whoever reads goes on
  // there at the same offset. False when the system refuses; then all is as it was.
  [[nodiscard]] bool ReadFrom(const UniqueFd& other);
  // Becomes whole; a file of another size than was announced has failed.
  void Finish();
  void Fail();

 private:
  struct Watcher {
    std::uint64_t size_bytes;
    std::function<void()> wake;
  };

  void Advance(Progress progress);
  void EndWatch(std::uint64_t id);

  const UniqueFd fd_;
  const std::optional<std::uint64_t> announced_bytes_;
  mutable std::mutex mutex_;  // never held while a watcher is called
  Progress progress_;
  std::map<std::uint64_t, Watcher> watchers_;  // one a reader that waits
  std::uint64_t last_watch_ = 0;
};

}  // namespace image_cache
