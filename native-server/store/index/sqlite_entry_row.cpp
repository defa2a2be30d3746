#include "native-server/store/index/sqlite_entry_row.h"

#include <array>
#include <optional>
#include <string_view>

namespace image_cache {
namespace {

constexpr std::size_t kHashBytes = 32;
using HashBytes = std::array<char, kHashBytes>;

constexpr std::string_view kDigits = "0123456789abcdef";

std::optional<HashBytes> ToHashBytes(std::string_view digits) {
  if (digits.size() != 2 * kHashBytes) return std::nullopt;
  HashBytes bytes{};
  for (std::size_t i = 0; i < kHashBytes; ++i) {
    const std::size_t high = kDigits.find(digits[2 * i]);
    const std::size_t low = kDigits.find(digits[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes.at(i) = static_cast<char>(high << 4 | low);
  }
  return bytes;
}

void AssignDigits(std::string& digits, std::string_view bytes) {
  digits.resize(2 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    digits[2 * i] = kDigits[byte >> 4];
    digits[2 * i + 1] = kDigits[byte & 0xf];
  }
}

}  // namespace

void BindEntry(SqliteStatement& statement, const Entry& entry) {
  statement.Bind(1, entry.s3_url);
  statement.Bind(2, entry.local_path);
  statement.Bind(3, entry.actor_id);
  statement.Bind(4, entry.filename);
  statement.Bind(5, entry.etag);
  if (const auto hash = ToHashBytes(entry.sha256)) {
    statement.BindCopyOfBytes(6, {hash->data(), hash->size()});
  } else {
    statement.Bind(6, entry.sha256);
  }
  statement.Bind(7, entry.cached_at_ms);
  statement.Bind(8, static_cast<std::int64_t>(entry.size_bytes));
}

void ReadEntry(const SqliteStatement& statement, Entry& entry) {
  entry.s3_url = statement.View(0);
  entry.local_path = statement.View(1);
  entry.actor_id = statement.View(2);
  entry.filename = statement.View(3);
  entry.etag = statement.View(4);
  if (statement.IsBytes(5)) {
    AssignDigits(entry.sha256, statement.View(5));
  } else {
    entry.sha256 = statement.View(5);
  }
  entry.cached_at_ms = statement.Integer(6);
  entry.size_bytes = static_cast<std::uint64_t>(statement.Integer(7));
}

}  // namespace image_cache
