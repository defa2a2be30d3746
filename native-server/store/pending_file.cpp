#include "native-server/store/pending_file.h"

#include <algorithm>

namespace image_cache {
namespace {

// A picture of unknown length asks for space in steps of this, not for every few bytes.
constexpr std::uint64_t kGrowthBytes = 1 << 20;

}  // namespace

Error<StoreError> ToStoreError(const Error<ContentError>& error) {
  const StoreError code =
      error.code == ContentError::kTooManyPixels ? StoreError::kTooLarge : StoreError::kNotAPicture;
  return {.code = code, .detail = error.detail};
}

Result<void, StoreError> PendingFile::Append(std::span<const char> bytes) {
  auto appended = TryAppend(bytes);
  failed_ = failed_ || !appended;
  return appended;
}

Result<void, StoreError> PendingFile::TryAppend(std::span<const char> bytes) {
  if (bytes.size() > max_image_bytes_ - size_bytes_) {
    return Fail(StoreError::kTooLarge, "the picture is larger than pictures may be");
  }
  if (auto told = head_.Append({bytes.data(), bytes.size()}); !told) {
    return tl::make_unexpected(ToStoreError(told.error()));
  }
  const std::uint64_t new_size = size_bytes_ + bytes.size();
  if (new_size > space_.bytes()) {
    const std::uint64_t step = std::min(size_bytes_ + kGrowthBytes, max_image_bytes_);
    auto grown = space_.GrowTo(std::max(new_size, step));
    // Near the limit the step may not fit where the bytes themselves do.
    if (!grown) grown = space_.GrowTo(new_size);
    if (!grown) return grown;
    auto taken = file_.Allocate(space_.bytes());
    if (!taken) taken = file_.Allocate(new_size);
    if (!taken) return taken;
  }
  if (auto written = file_.Write(bytes); !written) return written;
  hasher_.Update(bytes);
  size_bytes_ = new_size;
  return {};
}

Result<PendingFile::Identity, StoreError> PendingFile::Finish() {
  if (failed_) return Fail(StoreError::kIo, "the picture was not written completely");
  const auto type = head_.Finish();
  if (!type) return tl::make_unexpected(ToStoreError(type.error()));
  if (auto given = file_.GiveBackTheRest(); !given) return tl::make_unexpected(given.error());
  return Identity{.type = *type, .sha256 = hasher_.Finish()};
}

}  // namespace image_cache
