// The picture that is being written: a temporary file, its hash so far, and the space promised to
// it.
//
// Made by DiskStore::Begin, filled by the downloader, finished on the index writer's thread; used
// by one thread at a time. REQUIRES: destroyed before the store.
#pragma once

#include <cstdint>
#include <span>

#include "native-server/contents/picture_head.h"
#include "native-server/store/folder/temporary_file.h"
#include "native-server/store/sha256.h"
#include "native-server/store/space/space_keeper.h"
#include "native-server/store/store.h"
#include "shared/paths/image_type.h"

namespace image_cache {

class PendingFile final : public PendingImage {
 public:
  PendingFile(TemporaryFile file, SpaceReservation space, std::uint64_t max_image_bytes,
              const ContentRules& contents)
      : space_(std::move(space)),
        file_(std::move(file)),
        max_image_bytes_(max_image_bytes),
        head_(contents) {}

  [[nodiscard]] Result<void, StoreError> Append(std::span<const char> bytes) override;
  [[nodiscard]] std::uint64_t size_bytes() const override { return size_bytes_; }
  [[nodiscard]] const PictureHead& head() const override { return head_; }
  [[nodiscard]] Result<UniqueFd, StoreError> OpenForReading() const override {
    return file_.OpenForReading();
  }

  struct Identity {
    ImageType type;
    Sha256Digest sha256;
  };
  // What was written, when nothing more comes. Called once. Errors: kNotAPicture; kIo after a
  // failed Append.
  [[nodiscard]] Result<Identity, StoreError> Finish();

  [[nodiscard]] TemporaryFile& file() { return file_; }
  [[nodiscard]] SpaceReservation& space() { return space_; }

 private:
  [[nodiscard]] Result<void, StoreError> TryAppend(std::span<const char> bytes);

  SpaceReservation space_;  // before the file: given back only when that is gone
  TemporaryFile file_;
  const std::uint64_t max_image_bytes_;
  Sha256 hasher_;
  PictureHead head_;
  std::uint64_t size_bytes_ = 0;
  bool failed_ = false;
};

}  // namespace image_cache
