// ReadStats: what a cache folder holds, for who has no part in it.

#include <utility>

#include "native-server/store/index/index_reader.h"
#include "native-server/store/index/sqlite_forms.h"
#include "native-server/store/index/try.h"

namespace image_cache {
namespace {

Result<void, IndexError> Query(SqliteDatabase& database, StoreStats& stats) {
  const auto revision = database.QueryInteger("SELECT revision FROM state");
  if (!revision) return tl::make_unexpected(revision.error());
  stats.revision = static_cast<std::uint64_t>(*revision);

  const auto has_forms = HasForms(database);
  if (!has_forms) return tl::make_unexpected(has_forms.error());
  if (*has_forms) {
    const auto count = [&stats](const std::string&, const CompressedForm& form) {
      ++stats.compressed.entries;
      stats.compressed.original_bytes += form.original_bytes;
      stats.compressed.stored_bytes += form.size_bytes;
    };
    IMAGE_CACHE_TRY(ReadForms(database, count));
  }

  auto actors = database.Prepare(
      "SELECT actor_id, count(*), sum(size_bytes) FROM entries GROUP BY actor_id ORDER BY "
      "actor_id");
  if (!actors) return tl::make_unexpected(actors.error());
  for (;;) {
    const auto more = actors->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return {};
    const ManifestTotals totals{.entries = static_cast<std::size_t>(actors->Integer(1)),
                                .size_bytes = static_cast<std::uint64_t>(actors->Integer(2))};
    stats.totals.entries += totals.entries;
    stats.totals.size_bytes += totals.size_bytes;
    stats.actors.push_back({.actor_id = actors->Text(0), .totals = totals});
  }
}

}  // namespace

Result<StoreStats, StoreError> ReadStats(const std::string& cache_dir) {
  StoreStats stats;
  const auto read = ReadIndexOf(cache_dir, [&stats](SqliteDatabase& database) {
    stats = {};
    return Query(database, stats);
  });
  if (!read) return tl::make_unexpected(read.error());
  return stats;
}

}  // namespace image_cache
