// One actor in the prefetch queue: its images, their order, and what has become of each.
//
// Owned by PrefetchQueue, and internal to it. Keeps no order among actors and no progress over
// them. An image that waits is ready, or delayed until its retry is due. Ready ones go visible
// first, then in the order in which they were given. Operations cost O(log n) for each image they
// are about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/prefetch/prefetch_types.h"

namespace image_cache {

// Where something stands in a line: first by a time or a rank, then by arrival. One type for all
// lines: its code is downloaded by every page.
using PrefetchPlace = std::pair<std::int64_t, std::int64_t>;

class PrefetchActor {
 public:
  PrefetchActor(std::string id, PrefetchPriority priority)
      : id_(std::move(id)), priority_(priority) {}

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] PrefetchPriority priority() const { return priority_; }
  void set_priority(PrefetchPriority priority) { priority_ = priority; }
  [[nodiscard]] const ImageCounts& counts() const { return counts_; }

  // Adds the images whose key it does not have. One that it has takes the URL given now, whose
  // signature is the younger one; is tried anew if it had failed for good; and is done with if it
  // waits and is cached by now.
  void Add(std::vector<PrefetchImage> images);

  // An image it does not have is ignored, and so is one that runs or is done with.
  void SetVisible(std::string_view key, bool is_visible);

  [[nodiscard]] bool HasReady() const { return !ready_.empty(); }
  [[nodiscard]] bool HasReadyVisible() const {
    return HasReady() && ready_.begin()->first.first == kVisible;
  }
  // When the first retry is due.
  [[nodiscard]] std::optional<std::int64_t> NextRetryMs() const;
  void MakeReadyWhatIsDue(std::int64_t now_ms);

  // The first that are ready; they now belong to the batch.
  [[nodiscard]] std::vector<PrefetchImage> StartBatch(std::uint64_t batch_id, std::size_t limit,
                                                      bool only_visible);

  // Notes what became of the images of the batch; those not named failed in a way that may pass,
  // and while `is_offline` such a failure is no attempt. Gives the bytes that the results tell of.
  std::uint64_t FinishBatch(std::uint64_t batch_id, const std::vector<PrefetchResult>& results,
                            const PrefetchOptions& options, bool is_offline, std::int64_t now_ms);
  // The batch has not been: its images are ready again, and none has been tried.
  void TakeBackBatch(std::uint64_t batch_id);

  // Nothing waits and nothing runs.
  [[nodiscard]] bool IsDone() const { return counts_.completed + counts_.failed == counts_.total; }

  // Frees the images and keeps the counts of those that are done with; the others are cancelled.
  void DropImages();
  // As new, for an actor that starts anew.
  void Reset(PrefetchPriority priority);

 private:
  enum class State { kReady, kDelayed, kRunning, kDone, kFailed };
  static constexpr std::int64_t kVisible = 0, kNotVisible = 1;
  struct Image {
    PrefetchImage image;
    State state = State::kReady;
    bool is_visible = false;
    std::int64_t attempts = 0;
    std::int64_t due_ms = 0;  // while it is delayed
    std::int64_t index = 0;   // in the order in which they were given
    std::uint64_t batch_id = 0;
  };
  using Line = std::map<PrefetchPlace, Image*>;

  [[nodiscard]] static PrefetchPlace ReadyPlace(const Image& image) {
    return {image.is_visible ? kVisible : kNotVisible, image.index};
  }
  [[nodiscard]] static bool IsWaiting(const Image& image) {
    return image.state == State::kReady || image.state == State::kDelayed;
  }
  void Leave(Image& image);
  void MakeReady(Image& image);
  void TakeBack(Image& image);
  void Settle(Image& image, PrefetchOutcome outcome, const PrefetchOptions& options,
              std::int64_t now_ms);
  [[nodiscard]] std::vector<Image*> TakeRunning(std::uint64_t batch_id);

  std::string id_;
  PrefetchPriority priority_;
  std::vector<std::unique_ptr<Image>> images_;
  std::map<std::string_view, Image*> by_key_;
  Line ready_;                                                          // by ReadyPlace()
  Line delayed_;                                                        // by (due_ms, index)
  std::vector<std::pair<std::uint64_t, std::vector<Image*>>> running_;  // by batch; a few at most
  ImageCounts counts_;
};

}  // namespace image_cache
