#include "native-server/store/index/index_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "native-server/base/open_beneath.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/index/sqlite_schema.h"
#include "native-server/store/index/try.h"

namespace image_cache {
namespace {

using Read = std::function<Result<void, IndexError>(SqliteDatabase&)>;

Result<void, IndexError> ReadAs(const std::string& path, SqliteReading reading, const Read& read) {
  auto database = SqliteDatabase::OpenToRead(path, reading);
  if (!database) return tl::make_unexpected(database.error());
  IMAGE_CACHE_TRY(database->Execute("BEGIN"));
  const auto version = database->QueryInteger("PRAGMA user_version");
  if (!version) return tl::make_unexpected(version.error());
  if (*version > kIndexVersion) return RefuseNewerIndex(*version);
  if (*version == 0) return {};  // its owner has not made the tables yet
  return read(*database);
}

// Never kNotWritable: nobody wants to write.
tl::unexpected<Error<StoreError>> FailToRead(const std::string& what, int error) {
  return Fail(StoreError::kIo, what + " cannot be read: " + std::generic_category().message(error));
}

}  // namespace

Result<bool, StoreError> ReadIndexOf(const std::string& cache_dir, const Read& read) {
  const UniqueFd folder(::open(cache_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder && errno == ENOENT) return false;
  if (!folder) return FailToRead("it", errno);
  const auto index = OpenBeneath(folder.get(), kIndexFile, O_RDONLY | O_NONBLOCK);
  if (!index && index.error() == ENOENT) return false;
  if (!index) return FailToRead("the index", index.error());

  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::canonical(cache_dir, error);
  if (error) return FailToRead("it", error.value());
  const std::string path = (canonical / kIndexFile).string();
  // Without a WAL nobody has the index open and it is whole as it lies there. Read as if it could
  // be written, SQLite would leave a WAL behind, and fail in a folder that may only be read.
  struct stat ignored {};
  const bool at_rest = ::fstatat(folder.get(), (std::string(kIndexFile) + "-wal").c_str(), &ignored,
                                 AT_SYMLINK_NOFOLLOW) != 0;
  auto done = ReadAs(path, at_rest ? SqliteReading::kAtRest : SqliteReading::kBesideAWriter, read);
  // Somebody opened it meanwhile, and what was read is half old and half new.
  if (!done && at_rest) done = ReadAs(path, SqliteReading::kBesideAWriter, read);
  if (done) return true;
  if (done.error().code == IndexError::kNewerFormat) {
    return Fail(StoreError::kNewerFormat, done.error().detail);
  }
  return Fail(StoreError::kIo, "the index cannot be read: " + done.error().detail);
}

}  // namespace image_cache
