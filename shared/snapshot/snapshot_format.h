// The layout of a compact snapshot, version 1 (docs/snapshot.md): which number is where.
//
// Little-endian, without padding; every section begins where the one before it ends:
//   header · directory · records · actors · endpoint · actor names · extras
// Pure definitions. Numbers are copied to and from the bytes, so that nothing need be aligned. The
// targets that are built for are little-endian; one that is not would swap here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "shared/keys/cache_key.h"
#include "shared/manifest/text_hash.h"

namespace image_cache {

// As PNG's: a transfer that changes line ends or drops the eighth bit damages it visibly.
// An array, since it is one object in the whole program: of a literal in a header clang may take
// one copy for the beginning and another for the end.
inline constexpr char kSnapshotMagicBytes[] = {'\x89', 'I', 'C', 'S', '\r', '\n', '\x1a', '\n'};
inline constexpr std::string_view kSnapshotMagic(kSnapshotMagicBytes, sizeof(kSnapshotMagicBytes));
inline constexpr std::uint32_t kSnapshotVersion = 1;

// Places in the header.
struct SnapshotHeader {
  static constexpr std::size_t kMagic = 0;
  static constexpr std::size_t kVersion = 8;         // u32
  static constexpr std::size_t kHeaderBytes = 12;    // u32: kBytes
  static constexpr std::size_t kTotalBytes = 16;     // u64: of the whole file
  static constexpr std::size_t kChecksum = 24;       // u64: SnapshotChecksum of all that follows it
  static constexpr std::size_t kEpoch = 32;          // u64
  static constexpr std::size_t kRevision = 40;       // u64
  static constexpr std::size_t kLastUpdated = 48;    // i64, ms since the Unix epoch
  static constexpr std::size_t kSeed = 56;           // 2 × u64
  static constexpr std::size_t kSizeBytes = 72;      // u64: of all pictures
  static constexpr std::size_t kEntries = 80;        // u32
  static constexpr std::size_t kActors = 84;         // u32
  static constexpr std::size_t kBucketBits = 88;     // u32: the directory has 2^bits + 1 numbers
  static constexpr std::size_t kFlags = 92;          // u32: bit 0 is S3Addressing::path_style
  static constexpr std::size_t kEndpointBytes = 96;  // u32
  static constexpr std::size_t kNameBytes = 100;     // u32
  static constexpr std::size_t kExtraBytes = 104;    // u64
  static constexpr std::size_t kBytes = 112;
};

// The directory: for each value of the hash's top bits the number of the first record, and at the
// end the number of records. A record keeps the hash's low 56 bits, so 8 bits are the fewest.
inline constexpr std::uint32_t kMinBucketBits = 8;
inline constexpr std::uint32_t kMaxBucketBits = 28;
inline constexpr std::size_t kDirectoryEntryBytes = 4;
inline constexpr std::uint64_t kRecordHashMask = (std::uint64_t{1} << 56) - 1;

// A record, in the order of the hashes: 7 bytes of hash, 8 content id, 3 actor, 4 size and type.
struct SnapshotRecordLayout {
  static constexpr std::size_t kHash = 0;
  static constexpr std::size_t kContentId = 7;
  static constexpr std::size_t kActor = 15;
  static constexpr std::size_t kSizeAndType = 18;
  static constexpr std::size_t kBytes = 22;
};
inline constexpr std::uint32_t kMaxSnapshotActors = 1U << 24;
inline constexpr std::uint32_t kMaxRecordSizeBytes = (1U << 28) - 1;
// In the place of an ImageType: size and path are in the extras, where `content_id` says.
inline constexpr std::uint32_t kExtraType = 15;

// An actor, in the order of the ids: where its id ends among the names, entries, bytes.
struct SnapshotActorLayout {
  static constexpr std::size_t kNameEnd = 0;    // u32
  static constexpr std::size_t kEntries = 4;    // u32
  static constexpr std::size_t kSizeBytes = 8;  // u64
  static constexpr std::size_t kBytes = 16;
};

// An extra: size, length of the path, path.
struct SnapshotExtraLayout {
  static constexpr std::size_t kSizeBytes = 0;  // u64
  static constexpr std::size_t kPathBytes = 8;  // u16
  static constexpr std::size_t kPath = 10;
};

// A record as it is worked with.
struct SnapshotRecord {
  std::uint64_t hash = 0;        // SipHash-1-3 of the cache key, with the snapshot's seed
  std::uint64_t content_id = 0;  // of an extra: where it is
  std::uint32_t actor = 0;
  std::uint32_t size_and_type = 0;

  [[nodiscard]] std::uint32_t type() const { return size_and_type & 15; }
  [[nodiscard]] bool is_extra() const { return type() == kExtraType; }
  // REQUIRES: !is_extra().
  [[nodiscard]] std::uint32_t size_bytes() const { return size_and_type >> 4; }
};

// What a snapshot says beside its entries.
struct SnapshotInfo {
  std::uint64_t epoch = 0;  // within one the revisions go on; 0: not known
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
  HashSeed seed = {};
  S3Addressing addressing = {};
};

template <typename Number>
[[nodiscard]] Number LoadNumber(const char* from) {
  Number number;
  std::memcpy(&number, from, sizeof number);
  return number;
}

template <typename Number>
void StoreNumber(char* to, Number number) {
  std::memcpy(to, &number, sizeof number);
}

// Finds damage, not malice: whoever makes a snapshot makes its checksum too.
// REQUIRES: bytes.size() >= SnapshotHeader::kEpoch.
[[nodiscard]] inline std::uint64_t SnapshotChecksum(std::string_view bytes) {
  return SipHash13(bytes.substr(SnapshotHeader::kEpoch), {});
}

// About 16 records a bucket.
[[nodiscard]] constexpr std::uint32_t BucketBitsFor(std::size_t entries) {
  std::uint32_t bits = kMinBucketBits;
  while (bits < kMaxBucketBits && entries >> (bits + 4) != 0) ++bits;
  return bits;
}

}  // namespace image_cache
