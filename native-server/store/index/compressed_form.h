// How a picture lies on the disk when that is not the bytes that were downloaded: as lossless JPEG
// XL, from which exactly they come back. Its entry tells of the original all the while.
//
// Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/store/sha256.h"
#include "shared/manifest/entry.h"

namespace image_cache {

struct CompressedForm {
  std::uint64_t size_bytes = 0;      // of the file; never 0
  std::uint64_t original_bytes = 0;  // what it comes back as
  Sha256Digest sha256{};             // of the file

  friend bool operator==(const CompressedForm&, const CompressedForm&) = default;
};

struct CompressedTotals {
  std::uint64_t entries = 0;
  std::uint64_t original_bytes = 0;
  std::uint64_t stored_bytes = 0;
};

// The file beside the place of the original: "0001_1f0c9b2ad3e45567.jpg.jxl". No published picture
// is ever called so.
inline constexpr std::string_view kCompressedSuffix = ".jxl";
[[nodiscard]] inline std::string CompressedNameOf(std::string_view local_path) {
  return std::string(local_path).append(kCompressedSuffix);
}

// The entry as if what lies on the disk were the picture: for who compares it with the file.
[[nodiscard]] inline Entry AsFile(Entry entry, const CompressedForm& form) {
  entry.local_path = CompressedNameOf(entry.local_path);
  entry.size_bytes = form.size_bytes;
  entry.sha256 = ToHex(form.sha256);
  return entry;
}

}  // namespace image_cache
