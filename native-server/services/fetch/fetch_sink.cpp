#include "native-server/services/fetch/fetch_sink.h"

#include <algorithm>

namespace image_cache {
namespace {

constexpr std::size_t kMaxEtagBytes = 1024;

// An ETag goes into JSON and into the header of a later request: nothing but printable ASCII
// passes. RFC 9110 §8.8.3 would allow more bytes; no S3 server sends them.
bool IsSoundEtag(const std::string& etag) {
  return etag.size() <= kMaxEtagBytes &&
         std::all_of(etag.begin(), etag.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

Result<std::unique_ptr<PendingImage>, StoreError> FetchSink::Begin(std::uint64_t expected_bytes) {
  auto image = store_.Begin(actor_id_, expected_bytes);
  if (image || image.error().code != StoreError::kFull || !events_.is_followed()) return image;
  unstored_share_ = std::make_shared<UnstoredShare>(unstored_);
  return UnstoredPicture::Begin(unstored_share_, expected_bytes);
}

bool FetchSink::OnHead(const OriginHead& head) {
  auto image = Begin(head.content_length.value_or(0));
  if (!image) {
    refusal_ = ToFetchError(image.error());
    return false;
  }
  fetched_.image = std::move(*image);
  announced_bytes_ = head.content_length;
  if (IsSoundEtag(head.etag)) fetched_.etag = head.etag;
  return true;
}

bool FetchSink::OnBytes(std::span<const char> bytes) {
  auto appended = fetched_.image->Append(bytes);
  if (!appended) {
    refusal_ = ToFetchError(appended.error());
    return false;
  }
  const std::uint64_t size_bytes = fetched_.image->size_bytes();
  if (growing_ != nullptr) {
    growing_->GrowTo(size_bytes);
  } else if (size_bytes >= kSniffBytes) {
    LetFollow();
  }
  return true;
}

void FetchSink::LetFollow() {
  const std::optional<ImageType> type = fetched_.image->type();
  if (!type) return;
  auto fd = fetched_.image->OpenForReading();
  if (!fd) return;
  // The memory of what is not stored is taken for as long as somebody reads it.
  struct Kept {
    Kept(std::shared_ptr<UnstoredShare> its_share, UniqueFd fd,
         std::optional<std::uint64_t> announced_bytes)
        : share(std::move(its_share)), file(std::move(fd), announced_bytes) {}
    const std::shared_ptr<UnstoredShare> share;
    GrowingFile file;
  };
  const auto kept = std::make_shared<Kept>(unstored_share_, std::move(*fd), announced_bytes_);
  growing_ = std::shared_ptr<GrowingFile>(kept, &kept->file);
  growing_->GrowTo(fetched_.image->size_bytes());
  events_.readable({.file = growing_, .type = *type, .is_stored = unstored_share_ == nullptr});
}

void FetchSink::OnDone(Result<void, OriginError> result) {
  if (refusal_) {
    EndWith(std::move(*refusal_));
  } else if (!result) {
    EndWith(ToFetchError(result.error()));
  } else if (fetched_.image == nullptr) {
    EndWith({FetchError::kOriginUnexpected, "the origin sent no content"});
  } else {
    if (growing_ == nullptr) LetFollow();  // so short that it is whole already
    if (growing_ != nullptr) growing_->Finish();
    if (unstored_share_ != nullptr) {
      events_.done(Fail(FetchError::kNoSpace, "there is no space to store the picture"));
    } else {
      events_.done(std::move(fetched_));
    }
  }
}

// Who asks from now on must not be given what has failed, so it is told before the followers are.
void FetchSink::EndWith(Error<FetchError> error) {
  fetched_.image.reset();
  events_.done(tl::make_unexpected(std::move(error)));
  if (growing_ != nullptr) growing_->Fail();
}

}  // namespace image_cache
