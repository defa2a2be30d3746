#include "native-server/services/fetch/fetch_sink.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace image_cache {
namespace {

constexpr std::size_t kMaxEtagBytes = 1024;
constexpr std::size_t kCopyBytes = 64 * 1024;

// An ETag goes into JSON and into the header of a later request: nothing but printable ASCII
// passes. RFC 9110 §8.8.3 would allow more bytes; no S3 server sends them.
bool IsSoundEtag(const std::string& etag) {
  return etag.size() <= kMaxEtagBytes &&
         std::all_of(etag.begin(), etag.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

struct FetchSink::Shared {
  Shared(UniqueFd fd, std::optional<std::uint64_t> announced_bytes)
      : file(std::move(fd), announced_bytes) {}

  // Kept for as long as somebody reads; null while it is being stored.
  std::shared_ptr<UnstoredShare> memory;
  GrowingFile file;
};

bool FetchSink::IsWorthPassingOn(const Error<StoreError>& reason) const {
  switch (reason.code) {
    case StoreError::kFull:
    case StoreError::kNotWritable:
    case StoreError::kIo:
    case StoreError::kOff:
      return events_.is_followed();
    default:
      return false;
  }
}

Result<std::unique_ptr<PendingImage>, StoreError> FetchSink::Begin(std::uint64_t expected_bytes) {
  auto image = store_.Begin(actor_id_, expected_bytes, events_.room());
  if (image || !IsWorthPassingOn(image.error())) return image;
  unstored_because_ = ToFetchError(image.error());
  unstored_share_ = std::make_shared<UnstoredShare>(unstored_);
  return UnstoredPicture::Begin(unstored_share_, store_.contents(), store_.max_image_bytes(),
                                expected_bytes);
}

Result<void, StoreError> FetchSink::GoOnUnstored() {
  const std::uint64_t size_bytes = fetched_.image->size_bytes();
  auto share = std::make_shared<UnstoredShare>(unstored_);
  auto in_memory = UnstoredPicture::Begin(share, store_.contents(), store_.max_image_bytes(),
                                          announced_bytes_.value_or(size_bytes));
  if (!in_memory) return tl::make_unexpected(in_memory.error());
  const auto on_disk = fetched_.image->OpenForReading();
  if (!on_disk) return tl::make_unexpected(on_disk.error());
  std::array<char, kCopyBytes> buffer;
  while ((*in_memory)->size_bytes() < size_bytes) {
    const std::uint64_t offset = (*in_memory)->size_bytes();
    const ssize_t count = ::pread(on_disk->get(), buffer.data(),
                                  std::min<std::uint64_t>(buffer.size(), size_bytes - offset),
                                  static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Fail(StoreError::kIo, "what is written already cannot be read");
    auto copied = (*in_memory)->Append({buffer.data(), static_cast<std::size_t>(count)});
    if (!copied) return copied;
  }
  if (shared_ != nullptr) {
    const auto fd = (*in_memory)->OpenForReading();
    if (!fd) return tl::make_unexpected(fd.error());
    shared_->memory = share;
    if (!shared_->file.ReadFrom(*fd)) return Fail(StoreError::kIo, "no other file can be read");
  }
  unstored_share_ = std::move(share);
  fetched_.image = std::move(*in_memory);
  return {};
}

bool FetchSink::OnHead(const OriginHead& head) {
  auto image = Begin(head.content_length.value_or(0));
  if (!image) {
    refusal_ = ToFetchError(image.error());
    return false;
  }
  fetched_.image = std::move(*image);
  announced_bytes_ = head.content_length;
  queued_ = head.queued;
  fetched_.time.first_byte = head.first_byte;
  had_head_ = clock_.Monotonic();
  if (IsSoundEtag(head.etag)) fetched_.etag = head.etag;
  return true;
}

bool FetchSink::OnBytes(std::span<const char> bytes) {
  auto appended = fetched_.image->Append(bytes);
  if (!appended && !unstored_because_ && IsWorthPassingOn(appended.error())) {
    unstored_because_ = ToFetchError(appended.error());
    appended = GoOnUnstored();
    if (appended) appended = fetched_.image->Append(bytes);
  }
  if (!appended) {
    refusal_ = ToFetchError(appended.error());
    return false;
  }
  const std::uint64_t size_bytes = fetched_.image->size_bytes();
  if (shared_ != nullptr) {
    shared_->file.GrowTo(size_bytes);
  } else if (fetched_.image->head().MayBeShown()) {
    LetFollow();
  }
  return true;
}

void FetchSink::LetFollow() {
  const std::optional<ImageType> type = fetched_.image->head().type();
  if (!type) return;
  auto fd = fetched_.image->OpenForReading();
  if (!fd) return;
  shared_ = std::make_shared<Shared>(std::move(*fd), announced_bytes_);
  shared_->memory = unstored_share_;
  shared_->file.GrowTo(fetched_.image->size_bytes());
  events_.readable({.file = std::shared_ptr<GrowingFile>(shared_, &shared_->file),
                    .type = *type,
                    .is_stored = !unstored_because_,
                    .queued = queued_,
                    .first_byte = fetched_.time.first_byte});
}

void FetchSink::OnDone(Result<void, OriginError> result) {
  if (refusal_) {
    EndWith(std::move(*refusal_));
  } else if (!result) {
    EndWith(ToFetchError(result.error()));
  } else if (fetched_.image == nullptr) {
    EndWith({FetchError::kOriginUnexpected, "the origin sent no content"});
  } else {
    fetched_.time.bytes = fetched_.image->size_bytes();
    fetched_.time.transfer =
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.Monotonic() - had_head_);
    if (shared_ == nullptr) LetFollow();  // so short that it is whole already
    if (shared_ != nullptr) shared_->file.Finish();
    if (unstored_because_) {
      events_.done(tl::make_unexpected(std::move(*unstored_because_)));
    } else {
      events_.done(std::move(fetched_));
    }
  }
}

// Who asks from now on must not be given what has failed, so it is told before the followers are.
void FetchSink::EndWith(Error<FetchError> error) {
  fetched_.image.reset();
  events_.done(tl::make_unexpected(std::move(error)));
  if (shared_ != nullptr) shared_->file.Fail();
}

}  // namespace image_cache
