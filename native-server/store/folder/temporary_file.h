// A file that is being written and has no place yet: <cache folder>/tmp/<name>.
//
// Owned by who writes it, used by one thread at a time. It is unlinked when it is destroyed, unless
// it was moved to its place before.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "native-server/base/file_system.h"
#include "native-server/base/unique_fd.h"
#include "native-server/store/store.h"

namespace image_cache {

inline constexpr const char* kTemporaryFolder = "tmp";

class TemporaryFile {
 public:
  // `purpose` begins the file's name, for who looks into the folder.
  // Errors: those of FailWithErrno; kIo with "No such file or directory" when the folder is gone.
  // `files` outlives the file.
  [[nodiscard]] static Result<TemporaryFile, StoreError> Create(FileSystem& files,
                                                                int cache_folder_fd,
                                                                const std::string& purpose);

  TemporaryFile(TemporaryFile&& other) noexcept = default;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  // Takes the blocks for a file of `size_bytes` in all, so that writing up to there cannot fail for
  // want of space; where the file system cannot, nothing happens. Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> Allocate(std::uint64_t size_bytes);
  // Gives back what was allocated behind what is written. Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> GiveBackTheRest();
  // What the file takes on the disk now, in blocks of the file system. Errors: those of
  // FailWithErrno.
  [[nodiscard]] Result<std::uint64_t, StoreError> BytesOnDisk() const;

  // Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> Write(std::span<const char> bytes);

  // A second descriptor of the file, good for as long as it is kept, wherever the file goes.
  // Errors: those of FailWithErrno.
  [[nodiscard]] Result<UniqueFd, StoreError> OpenForReading() const;

  // Returns when all that was written is on the platter. Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> Sync();

  // Moves the file to `name` in the folder `folder_fd`, over what may be there, and closes it.
  // After a failure the file is still temporary. Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> MoveTo(int folder_fd, const std::string& name);

 private:
  TemporaryFile(FileSystem& files, UniqueFd folder, UniqueFd file, std::string name)
      : files_(files), folder_(std::move(folder)), file_(std::move(file)), name_(std::move(name)) {}

  FileSystem& files_;
  UniqueFd folder_;  // tmp/; kept, so that the file is found whatever happens to the folders above
  UniqueFd file_;    // closed once the file has its place
  std::string name_;
  std::uint64_t written_bytes_ = 0;
  std::uint64_t allocated_bytes_ = 0;
};

}  // namespace image_cache
