// ReadStats: what a cache folder holds, for who has no part in it. Nothing in it is made, locked or
// changed, so it works beside whoever has the folder.

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/index/sqlite_handle.h"
#include "native-server/store/index/sqlite_schema.h"

namespace image_cache {
namespace {

Result<StoreStats, IndexError> Query(SqliteDatabase& database) {
  StoreStats stats;
  // One transaction: the sum and its parts are of one moment.
  if (auto begun = database.Execute("BEGIN"); !begun) return tl::make_unexpected(begun.error());
  const auto version = database.QueryInteger("PRAGMA user_version");
  if (!version) return tl::make_unexpected(version.error());
  if (*version > kIndexVersion) return RefuseNewerIndex(*version);
  if (*version == 0) return stats;  // its owner has not made the tables yet
  const auto revision = database.QueryInteger("SELECT revision FROM state");
  if (!revision) return tl::make_unexpected(revision.error());
  stats.revision = static_cast<std::uint64_t>(*revision);

  auto actors = database.Prepare(
      "SELECT actor_id, count(*), sum(size_bytes) FROM entries GROUP BY actor_id ORDER BY "
      "actor_id");
  if (!actors) return tl::make_unexpected(actors.error());
  for (;;) {
    const auto more = actors->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return stats;
    const ManifestTotals totals{.entries = static_cast<std::size_t>(actors->Integer(1)),
                                .size_bytes = static_cast<std::uint64_t>(actors->Integer(2))};
    stats.totals.entries += totals.entries;
    stats.totals.size_bytes += totals.size_bytes;
    stats.actors.push_back({.actor_id = actors->Text(0), .totals = totals});
  }
}

Result<StoreStats, IndexError> ReadIndex(const std::string& path, SqliteReading reading) {
  auto database = SqliteDatabase::OpenToRead(path, reading);
  if (!database) return tl::make_unexpected(database.error());
  return Query(*database);
}

// Never kNotWritable: nobody wants to write.
tl::unexpected<Error<StoreError>> FailToRead(const std::string& what, int error) {
  return Fail(StoreError::kIo, what + " cannot be read: " + std::generic_category().message(error));
}

}  // namespace

Result<StoreStats, StoreError> ReadStats(const std::string& cache_dir) {
  const UniqueFd folder(::open(cache_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder && errno == ENOENT) return StoreStats{};
  if (!folder) return FailToRead("it", errno);
  const auto index = OpenBeneath(folder.get(), kIndexFile, O_RDONLY | O_NONBLOCK);
  if (!index && index.error() == ENOENT) return StoreStats{};
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
  auto stats = ReadIndex(path, at_rest ? SqliteReading::kAtRest : SqliteReading::kBesideAWriter);
  // Somebody opened it meanwhile, and what was read is half old and half new.
  if (!stats && at_rest) stats = ReadIndex(path, SqliteReading::kBesideAWriter);
  if (stats) return std::move(*stats);
  if (stats.error().code == IndexError::kNewerFormat) {
    return Fail(StoreError::kNewerFormat, stats.error().detail);
  }
  return Fail(StoreError::kIo, "the index cannot be read: " + stats.error().detail);
}

}  // namespace image_cache
