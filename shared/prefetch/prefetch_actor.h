// One actor in the prefetch queue: its images and what has become of each.
//
// Owned by PrefetchQueue, and internal to it. Keeps no order among actors and no progress over
// them. Operations cost O(images of this actor).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shared/prefetch/prefetch_types.h"

namespace image_cache {

struct ImageCounts {
  std::size_t total = 0, completed = 0, failed = 0;
};

class PrefetchActor {
 public:
  PrefetchActor(std::string id, PrefetchPriority priority)
      : id_(std::move(id)), priority_(priority) {}

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] PrefetchPriority priority() const { return priority_; }
  void set_priority(PrefetchPriority priority) { priority_ = priority; }
  [[nodiscard]] const ImageCounts& counts() const { return counts_; }

  // Adds the images whose key it does not have. One that it has takes the URL given now, whose
  // signature is the younger one, and is tried anew if it had failed for good.
  void Add(std::vector<PrefetchImage> images);

  // When the first of the images that wait may be fetched; kAtOnce for one that was not tried yet.
  // Nothing when none waits.
  static constexpr std::int64_t kAtOnce = INT64_MIN;
  [[nodiscard]] std::optional<std::int64_t> NextDueMs() const;

  // The images that are due, in the order in which they were given; they now belong to the batch.
  [[nodiscard]] std::vector<PrefetchImage> StartBatch(std::uint64_t batch_id, std::int64_t now_ms);

  // Notes what became of the images of the batch; those not named failed in a way that may pass.
  // Gives the bytes that the results tell of.
  std::uint64_t FinishBatch(std::uint64_t batch_id, const std::vector<PrefetchResult>& results,
                            const PrefetchOptions& options, std::int64_t now_ms);

  // Nothing waits and nothing runs.
  [[nodiscard]] bool IsDone() const { return counts_.completed + counts_.failed == counts_.total; }

  // Frees the images and keeps the counts of those that are done with.
  void DropImages();
  // As new, for an actor that starts anew.
  void Reset(PrefetchPriority priority);

 private:
  enum class State { kWaiting, kRunning, kCompleted, kFailed };
  struct Image {
    PrefetchImage image;
    State state = State::kWaiting;
    int attempts = 0;
    std::int64_t due_ms = kAtOnce;  // while it waits
    std::uint64_t batch_id = 0;     // while it runs
  };

  void Settle(Image& image, PrefetchOutcome outcome, const PrefetchOptions& options,
              std::int64_t now_ms);

  std::string id_;
  PrefetchPriority priority_;
  std::vector<std::unique_ptr<Image>> images_;  // in the order in which they were given
  std::unordered_map<std::string_view, Image*> by_key_;
  ImageCounts counts_;
};

}  // namespace image_cache
