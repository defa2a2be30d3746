// A picture that is passed on without being stored, for when the disk has no room (design rule 5):
// its bytes are in memory for as long as somebody reads them.
//
// All such pictures together have a bound, the UnstoredSpace; beyond it they are refused.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "native-server/base/unique_fd.h"
#include "native-server/store/store.h"

namespace image_cache {

struct UnstoredStats {
  std::uint64_t bytes = 0;
  std::uint64_t max_bytes = 0;
};

// Shared by the pictures in it; thread-safe.
class UnstoredSpace {
 public:
  explicit UnstoredSpace(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

  [[nodiscard]] bool Take(std::uint64_t bytes);
  void Return(std::uint64_t bytes);
  [[nodiscard]] UnstoredStats Stats() const;

 private:
  const std::uint64_t max_bytes_;
  mutable std::mutex mutex_;
  std::uint64_t bytes_ = 0;
};

// What one picture has of the space. Kept by the picture and by whoever reads it; used by one
// thread at a time.
class UnstoredShare {
 public:
  explicit UnstoredShare(std::shared_ptr<UnstoredSpace> space) : space_(std::move(space)) {}
  UnstoredShare(const UnstoredShare&) = delete;
  UnstoredShare& operator=(const UnstoredShare&) = delete;
  ~UnstoredShare() { space_->Return(bytes_); }

  [[nodiscard]] bool GrowTo(std::uint64_t bytes);

 private:
  const std::shared_ptr<UnstoredSpace> space_;
  std::uint64_t bytes_ = 0;
};

class UnstoredPicture final : public PendingImage {
 public:
  // One that turns out to have more than `max_bytes` is kTooLarge. Errors: kFull, kIo.
  [[nodiscard]] static Result<std::unique_ptr<UnstoredPicture>, StoreError> Begin(
      std::shared_ptr<UnstoredShare> share, const ContentRules& contents, std::uint64_t max_bytes,
      std::uint64_t expected_bytes);

  [[nodiscard]] Result<void, StoreError> Append(std::span<const char> bytes) override;
  [[nodiscard]] std::uint64_t size_bytes() const override { return size_bytes_; }
  [[nodiscard]] const PictureHead& head() const override { return head_; }
  [[nodiscard]] Result<UniqueFd, StoreError> OpenForReading() const override;

 private:
  UnstoredPicture(UniqueFd memory, std::shared_ptr<UnstoredShare> share,
                  const ContentRules& contents, std::uint64_t max_bytes)
      : memory_(std::move(memory)),
        share_(std::move(share)),
        max_bytes_(max_bytes),
        head_(contents) {}

  const UniqueFd memory_;
  const std::shared_ptr<UnstoredShare> share_;
  const std::uint64_t max_bytes_;
  PictureHead head_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace image_cache
