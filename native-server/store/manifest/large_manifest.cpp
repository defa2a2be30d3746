#include "native-server/store/manifest/large_manifest.h"

#include <fcntl.h>
#include <unistd.h>

#include <span>
#include <string>
#include <utility>

#include "native-server/store/index/sqlite_snapshot.h"
#include "shared/manifest/manifest_json_writer.h"

namespace image_cache {
namespace {

constexpr std::size_t kWriteBytes = 256 << 10;
constexpr std::string_view kBegin = "{\"version\":\"1.0\"";

// Appends to the file in large pieces; remembers the first failure.
class Pieces {
 public:
  explicit Pieces(TemporaryFile& file) : file_(file) { text_.reserve(kWriteBytes + 4096); }

  std::string& text() { return text_; }
  // False after a failure.
  bool FlushWhenLarge() { return text_.size() < kWriteBytes || Flush(); }
  bool Flush() {
    if (failure_) return false;
    auto written = file_.Write(std::span<const char>(text_));
    if (!written) failure_ = std::move(written.error());
    size_bytes_ += text_.size();
    text_.clear();
    return !failure_;
  }
  [[nodiscard]] const std::optional<Error<StoreError>>& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  TemporaryFile& file_;
  std::string text_;
  std::uint64_t size_bytes_ = 0;
  std::optional<Error<StoreError>> failure_;
};

std::optional<std::string> ReadAt(int fd, std::uint64_t offset, std::size_t length) {
  std::string bytes(length, '\0');
  const ssize_t count = ::pread(fd, bytes.data(), length, static_cast<off_t>(offset));
  if (count != static_cast<ssize_t>(length)) return std::nullopt;
  return bytes;
}

bool BeginsAndEnds(int fd, std::uint64_t size_bytes, std::string_view begin) {
  if (size_bytes < begin.size() + kManifestEnd.size()) return false;
  return ReadAt(fd, 0, begin.size()) == begin &&
         ReadAt(fd, size_bytes - kManifestEnd.size(), kManifestEnd.size()) == kManifestEnd;
}

ErrnoResult<UniqueFd> OpenManifestFile(const CacheFolder& folder) {
  return folder.files().Open(folder.fd(), kManifestFile, O_RDONLY | O_NONBLOCK);
}

}  // namespace

Result<LargeManifest, StoreError> WriteLargeManifest(CacheFolder& folder, std::string_view epoch,
                                                     const S3Addressing& addressing,
                                                     const std::atomic<bool>& stopping) {
  auto file = folder.CreateTemporary(kManifestFile);
  if (!file) return tl::make_unexpected(file.error());
  LargeManifest manifest;
  Pieces pieces(*file);
  bool is_first = true;
  const auto read = ReadSnapshot(
      folder.PathOf(kIndexFile),
      [&](const SnapshotState& state) {
        manifest.revision = state.revision;
        AppendManifestHead(
            pieces.text(),
            {.epoch = epoch, .revision = state.revision, .last_updated_ms = state.last_updated_ms},
            addressing);
        return true;
      },
      [&](const Entry& entry) {
        AppendManifestEntry(pieces.text(), EntryFields::Of(entry), std::exchange(is_first, false));
        return !stopping && pieces.FlushWhenLarge();
      });
  if (!read) return Fail(StoreError::kIo, "the index cannot be read: " + read.error().detail);
  if (stopping) return Fail(StoreError::kIo, "the server stops");
  pieces.text() += kManifestEnd;
  (void)pieces.Flush();
  if (pieces.failure()) return tl::make_unexpected(*pieces.failure());

  auto fd = file->OpenForReading();
  if (!fd) return tl::make_unexpected(fd.error());
  if (auto moved = file->MoveTo(folder.fd(), kManifestFile); !moved) {
    return tl::make_unexpected(moved.error());
  }
  manifest.file = std::make_shared<const UniqueFd>(std::move(*fd));
  manifest.size_bytes = pieces.size_bytes();
  return manifest;
}

std::optional<LargeManifest> FindLargeManifest(CacheFolder& folder, const ManifestHead& head,
                                               const S3Addressing& addressing) {
  auto fd = OpenManifestFile(folder);
  if (!fd) return std::nullopt;
  const std::uint64_t size_bytes = folder.SizeOf(kManifestFile);
  std::string begin;
  AppendManifestHead(begin, head, addressing);
  if (!BeginsAndEnds(fd->get(), size_bytes, begin)) return std::nullopt;
  return LargeManifest{.file = std::make_shared<const UniqueFd>(std::move(*fd)),
                       .size_bytes = size_bytes,
                       .revision = head.revision};
}

void SetAsideIfForeign(CacheFolder& folder, std::int64_t now_ms) {
  const auto fd = OpenManifestFile(folder);
  if (!fd || BeginsAndEnds(fd->get(), folder.SizeOf(kManifestFile), kBegin)) return;
  (void)folder.SetAside(kManifestFile, now_ms);
}

}  // namespace image_cache
