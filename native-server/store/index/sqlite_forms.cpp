#include "native-server/store/index/sqlite_forms.h"

#include <algorithm>

#include "native-server/store/index/sqlite_schema.h"

namespace image_cache {

Result<void, IndexError> ReadForms(
    SqliteDatabase& database,
    const std::function<void(const std::string& local_path, const CompressedForm&)>& visit) {
  // By the partial index of these rows: nothing is looked through when nothing is compressed.
  auto rows = database.Prepare(
      "SELECT local_path, jxl_bytes, size_bytes, jxl_sha256 FROM entries WHERE jxl_bytes > 0");
  if (!rows) return tl::make_unexpected(rows.error());
  for (;;) {
    const auto more = rows->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return {};
    CompressedForm form{.size_bytes = static_cast<std::uint64_t>(rows->Integer(1)),
                        .original_bytes = static_cast<std::uint64_t>(rows->Integer(2))};
    const std::string_view sha256 = rows->View(3);
    if (sha256.size() != form.sha256.size()) {
      return Fail(IndexError::kBroken, "the hash of a compressed picture has another length");
    }
    std::copy(sha256.begin(), sha256.end(), form.sha256.begin());
    visit(rows->Text(0), form);
  }
}

Result<bool, IndexError> HasForms(SqliteDatabase& database) {
  const auto version = database.QueryInteger("PRAGMA user_version");
  if (!version) return tl::make_unexpected(version.error());
  return *version >= kFirstIndexVersionWithForms;
}

std::string_view BytesOf(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};  // NOLINT: bytes are bytes
}

}  // namespace image_cache
