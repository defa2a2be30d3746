// Whether a picture's file is what its entry says: there, of that size, with that content.
//
// Stateless, so thread-safe. Reads through the page cache, as serving does.
#pragma once

#include <cstdint>
#include <optional>

#include "native-server/base/file_system.h"
#include "native-server/store/smaller/smaller_name.h"
#include "native-server/store/verify/read_pace.h"
#include "shared/manifest/entry.h"
#include "shared/paths/local_path.h"

namespace image_cache {

// The cache folder, and how it is read. Both outlive the check.
struct FolderView {
  FileSystem& files;
  int fd;
};

enum class FileState {
  kSound,
  kMissing,  // no regular file of one name is there
  kWrongSize,
  kWrongContent,  // another SHA-256; of an entry without one: no picture of the name's format
  kUnreadable,    // the disk cannot give its bytes (EIO)
  kUnknown,       // not looked at: no descriptor left, no permission. Says nothing about the file
  kStopped,       // the pace was stopped
};

// Which file was looked at. A published picture is never changed in its place, so another file
// shows in its inode, and a change by somebody else in its times.
struct FileStamp {
  std::uint64_t device = 0, inode = 0, size_bytes = 0;
  std::int64_t modified_ns = 0, changed_ns = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct FileVerdict {
  FileState state = FileState::kUnknown;
  std::optional<FileStamp> file;  // nothing when none was there
};

// `file`: the entry as its file is to be, see VerifySubject::FileOf. `pace` may stop the reading,
// and bounds it.
[[nodiscard]] FileVerdict CheckFile(const FolderView& folder, const Entry& file, ReadPace& pace);

// The same without reading more than the first bytes: there, of this size, and a picture of the
// format that its name says.
[[nodiscard]] FileState CheckHead(const FolderView& folder, const LocalPath& path,
                                  std::uint64_t size_bytes);

// The same of a smaller picture, whose name says what it contains.
[[nodiscard]] FileVerdict CheckSmaller(const FolderView& folder, const SmallerName& name,
                                       ReadPace& pace);

[[nodiscard]] FileStamp StampOf(const struct stat& status);
// The file that is there now; nothing when there is none. An errno when that cannot be told.
[[nodiscard]] ErrnoResult<std::optional<FileStamp>> LookAtFile(const FolderView& folder,
                                                               const LocalPath& path);
[[nodiscard]] ErrnoResult<std::optional<FileStamp>> LookAtSmaller(const FolderView& folder,
                                                                  const SmallerName& name);

}  // namespace image_cache
