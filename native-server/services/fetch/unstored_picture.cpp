#include "native-server/services/fetch/unstored_picture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace image_cache {
namespace {

tl::unexpected<Error<StoreError>> FailAsFull() {
  return Fail(StoreError::kFull,
              "there is no space for another picture, neither on the disk nor to pass it on");
}

tl::unexpected<Error<StoreError>> FailInMemory() {
  return Fail(StoreError::kIo, "a picture cannot be kept in memory");
}

}  // namespace

bool UnstoredSpace::Take(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > max_bytes_ - bytes_) return false;
  bytes_ += bytes;
  return true;
}

void UnstoredSpace::Return(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ -= bytes;
}

UnstoredStats UnstoredSpace::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.bytes = bytes_, .max_bytes = max_bytes_};
}

bool UnstoredShare::GrowTo(std::uint64_t bytes) {
  if (bytes <= bytes_) return true;
  if (!space_->Take(bytes - bytes_)) return false;
  bytes_ = bytes;
  return true;
}

Result<std::unique_ptr<UnstoredPicture>, StoreError> UnstoredPicture::Begin(
    std::shared_ptr<UnstoredShare> share, const ContentRules& contents, std::uint64_t max_bytes,
    std::uint64_t expected_bytes) {
  if (!share->GrowTo(expected_bytes)) return FailAsFull();
  UniqueFd memory(::memfd_create("unstored-picture", MFD_CLOEXEC));
  if (!memory) return FailInMemory();
  return std::unique_ptr<UnstoredPicture>(
      new UnstoredPicture(std::move(memory), std::move(share), contents, max_bytes));
}

Result<void, StoreError> UnstoredPicture::Append(std::span<const char> bytes) {
  if (bytes.size() > max_bytes_ - size_bytes_) {
    return Fail(StoreError::kTooLarge, "the picture is larger than pictures may be");
  }
  if (auto told = head_.Append({bytes.data(), bytes.size()}); !told) {
    return tl::make_unexpected(ToStoreError(told.error()));
  }
  if (!share_->GrowTo(size_bytes_ + bytes.size())) return FailAsFull();
  size_bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(memory_.get(), bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return FailInMemory();
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<UniqueFd, StoreError> UnstoredPicture::OpenForReading() const {
  UniqueFd duplicate(::fcntl(memory_.get(), F_DUPFD_CLOEXEC, 0));
  if (!duplicate) return FailInMemory();
  return duplicate;
}

}  // namespace image_cache
