#include "shared/snapshot/snapshot_writer.h"

#include <algorithm>

namespace image_cache {

SnapshotWriter::SnapshotWriter(const SnapshotInfo& info, const Plan& plan)
    : bucket_bits_(BucketBitsFor(plan.totals.entries)) {
  const std::string endpoint =
      info.addressing.endpoint ? info.addressing.endpoint->Origin() : std::string();
  std::size_t name_bytes = 0;
  for (const SnapshotView::Actor& actor : plan.actors) name_bytes += actor.id.size();

  const std::size_t directory_bytes = ((std::size_t{1} << bucket_bits_) + 1) * kDirectoryEntryBytes;
  const std::size_t record_bytes = plan.totals.entries * SnapshotRecordLayout::kBytes;
  extras_begin_ = SnapshotHeader::kBytes + directory_bytes + record_bytes +
                  plan.actors.size() * SnapshotActorLayout::kBytes + endpoint.size() + name_bytes;
  bytes_.resize(extras_begin_ + plan.extra_bytes);
  directory_ = bytes_.data() + SnapshotHeader::kBytes;
  next_record_ = directory_ + directory_bytes;
  WriteHeader(info, plan, endpoint);
  StoreNumber(bytes_.data() + SnapshotHeader::kNameBytes, static_cast<std::uint32_t>(name_bytes));
  WriteActors(plan, endpoint);
}

void SnapshotWriter::WriteHeader(const SnapshotInfo& info, const Plan& plan,
                                 std::string_view endpoint) {
  using Header = SnapshotHeader;
  char* header = bytes_.data();
  std::copy(kSnapshotMagic.begin(), kSnapshotMagic.end(), header + Header::kMagic);
  StoreNumber(header + Header::kVersion, kSnapshotVersion);
  StoreNumber(header + Header::kHeaderBytes, static_cast<std::uint32_t>(Header::kBytes));
  StoreNumber(header + Header::kTotalBytes, static_cast<std::uint64_t>(bytes_.size()));
  StoreNumber(header + Header::kEpoch, info.epoch);
  StoreNumber(header + Header::kRevision, info.revision);
  StoreNumber(header + Header::kLastUpdated, info.last_updated_ms);
  StoreNumber(header + Header::kSeed, info.seed.first);
  StoreNumber(header + Header::kSeed + sizeof info.seed.first, info.seed.second);
  StoreNumber(header + Header::kSizeBytes, plan.totals.size_bytes);
  StoreNumber(header + Header::kEntries, static_cast<std::uint32_t>(plan.totals.entries));
  StoreNumber(header + Header::kActors, static_cast<std::uint32_t>(plan.actors.size()));
  StoreNumber(header + Header::kBucketBits, bucket_bits_);
  StoreNumber(header + Header::kFlags, std::uint32_t{info.addressing.path_style ? 1U : 0U});
  StoreNumber(header + Header::kEndpointBytes, static_cast<std::uint32_t>(endpoint.size()));
  StoreNumber(header + Header::kExtraBytes, static_cast<std::uint64_t>(plan.extra_bytes));
}

void SnapshotWriter::WriteActors(const Plan& plan, std::string_view endpoint) {
  using Layout = SnapshotActorLayout;
  char* actor_place = next_record_ + plan.totals.entries * SnapshotRecordLayout::kBytes;
  char* name = actor_place + plan.actors.size() * Layout::kBytes;
  // cppcheck-suppress invalidLifetime  // the string is the caller's and outlives the call
  name = std::copy(endpoint.begin(), endpoint.end(), name);
  std::uint32_t name_end = 0;
  for (const SnapshotView::Actor& actor : plan.actors) {
    name = std::copy(actor.id.begin(), actor.id.end(), name);
    name_end += static_cast<std::uint32_t>(actor.id.size());
    StoreNumber(actor_place + Layout::kNameEnd, name_end);
    StoreNumber(actor_place + Layout::kEntries, static_cast<std::uint32_t>(actor.totals.entries));
    StoreNumber(actor_place + Layout::kSizeBytes, actor.totals.size_bytes);
    actor_place += Layout::kBytes;
  }
}

void SnapshotWriter::Add(const SnapshotRecord& record, const SnapshotView::Extra* extra) {
  using Layout = SnapshotRecordLayout;
  EnterBucketsUpTo(record.hash >> (64 - bucket_bits_));
  std::uint64_t content_id = record.content_id;
  if (extra != nullptr) {
    char* place = bytes_.data() + extras_begin_ + next_extra_;
    StoreNumber(place + SnapshotExtraLayout::kSizeBytes, extra->size_bytes);
    StoreNumber(place + SnapshotExtraLayout::kPathBytes,
                static_cast<std::uint16_t>(extra->local_path.size()));
    std::copy(extra->local_path.begin(), extra->local_path.end(),
              place + SnapshotExtraLayout::kPath);
    content_id = next_extra_;
    next_extra_ += ExtraBytes(extra->local_path);
  }
  // From front to back: the last byte of each number is the first of the next one's.
  StoreNumber(next_record_ + Layout::kHash, record.hash);
  StoreNumber(next_record_ + Layout::kContentId, content_id);
  StoreNumber(next_record_ + Layout::kActor, record.actor);
  StoreNumber(next_record_ + Layout::kSizeAndType, record.size_and_type);
  next_record_ += Layout::kBytes;
  ++added_;
}

std::string SnapshotWriter::Finish(bool with_checksum) {
  EnterBucketsUpTo(std::uint64_t{1} << bucket_bits_);
  if (with_checksum) {
    StoreNumber(bytes_.data() + SnapshotHeader::kChecksum, SnapshotChecksum(bytes_));
  }
  return std::move(bytes_);
}

void SnapshotWriter::EnterBucketsUpTo(std::uint64_t bucket) {
  for (; next_bucket_ <= bucket; ++next_bucket_) {
    StoreNumber(directory_ + static_cast<std::size_t>(next_bucket_) * kDirectoryEntryBytes, added_);
  }
}

}  // namespace image_cache
