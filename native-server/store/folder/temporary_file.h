// A file that is being written and has no place yet: <cache folder>/tmp/<name>.
//
// Owned by who writes it, used by one thread at a time. It is unlinked when it is destroyed, unless
// it was moved to its place before.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "native-server/base/unique_fd.h"
#include "native-server/store/store.h"

namespace image_cache {

inline constexpr const char* kTemporaryFolder = "tmp";

class TemporaryFile {
 public:
  // `purpose` begins the file's name, for who looks into the folder.
  // Errors: those of FailWithErrno; kIo with "No such file or directory" when the folder is gone.
  [[nodiscard]] static Result<TemporaryFile, StoreError> Create(int cache_folder_fd,
                                                                const std::string& purpose);

  TemporaryFile(TemporaryFile&& other) noexcept = default;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  // Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> Write(std::span<const char> bytes);

  // A second descriptor of the file, good for as long as it is kept, wherever the file goes.
  // Errors: those of FailWithErrno.
  [[nodiscard]] Result<UniqueFd, StoreError> OpenForReading() const;

  // Moves the file to `name` in the folder `folder_fd`, over what may be there, and closes it.
  // After a failure the file is still temporary. Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> MoveTo(int folder_fd, const std::string& name);

 private:
  TemporaryFile(UniqueFd folder, UniqueFd file, std::string name)
      : folder_(std::move(folder)), file_(std::move(file)), name_(std::move(name)) {}

  UniqueFd folder_;  // tmp/; kept, so that the file is found whatever happens to the folders above
  UniqueFd file_;    // closed once the file has its place
  std::string name_;
};

}  // namespace image_cache
