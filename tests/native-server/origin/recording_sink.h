// A sink that writes down what it is told, for the test to wait for. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "native-server/origin/downloader.h"

namespace image_cache {

// Far above anything a test waits for: reached only when it fails.
inline constexpr std::chrono::seconds kPatience{30};

class Recording {
 public:
  struct Seen {
    int heads = 0;
    OriginHead head;
    std::string body;
    std::optional<Result<void, OriginError>> result;
    int dones = 0;
    bool out_of_order = false;  // anything after OnDone, or bytes before the head
  };

  // Waits for the end; empty `result` when it does not come.
  [[nodiscard]] Seen Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return seen_.dones > 0; });
    return seen_;
  }
  [[nodiscard]] bool WaitForBytes(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return seen_.body.size() >= count; });
  }
  [[nodiscard]] bool IsDone() {
    const std::lock_guard lock(mutex_);
    return seen_.dones > 0;
  }
  void Note(const std::function<void(Seen&)>& change) {
    {
      const std::lock_guard lock(mutex_);
      change(seen_);
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Seen seen_;
};

class RecordingSink final : public DownloadSink {
 public:
  struct Manner {
    bool accept_head = true;
    std::size_t refuse_after_bytes = static_cast<std::size_t>(-1);
    std::function<void()> on_done{};  // called before the end is noted
  };

  RecordingSink(std::shared_ptr<Recording> recording, Manner manner)
      : recording_(std::move(recording)), manner_(std::move(manner)) {}

  bool OnHead(const OriginHead& head) override {
    recording_->Note([&](Recording::Seen& seen) {
      seen.out_of_order |= seen.dones > 0 || !seen.body.empty();
      ++seen.heads;
      seen.head = head;
    });
    return manner_.accept_head;
  }
  bool OnBytes(std::span<const char> bytes) override {
    std::size_t total = 0;
    recording_->Note([&](Recording::Seen& seen) {
      seen.out_of_order |= seen.dones > 0 || seen.heads != 1;
      seen.body.append(bytes.data(), bytes.size());
      total = seen.body.size();
    });
    return total <= manner_.refuse_after_bytes;
  }
  void OnDone(Result<void, OriginError> result) override {
    if (manner_.on_done) manner_.on_done();
    recording_->Note([&](Recording::Seen& seen) {
      ++seen.dones;
      seen.result = std::move(result);
    });
  }

 private:
  const std::shared_ptr<Recording> recording_;
  const Manner manner_;
};

}  // namespace image_cache
