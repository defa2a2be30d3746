#include "shared/snapshot/snapshot_view.h"

#include <utility>

#include "shared/keys/s3_location.h"

namespace image_cache {
namespace {

auto Damaged(const char* detail) { return Fail(SnapshotError::kDamaged, detail); }

}  // namespace

Result<SnapshotView, SnapshotError> SnapshotView::Open(std::string_view bytes) {
  using Header = SnapshotHeader;
  if (bytes.size() < Header::kBytes || bytes.substr(0, kSnapshotMagic.size()) != kSnapshotMagic) {
    return Damaged("the snapshot does not begin like one");
  }
  SnapshotView view;
  view.bytes_ = bytes;
  if (view.At<std::uint32_t>(Header::kVersion) > kSnapshotVersion) {
    return Fail(SnapshotError::kNewerVersion, "the snapshot is of a newer format");
  }
  if (view.At<std::uint32_t>(Header::kVersion) != kSnapshotVersion ||
      view.At<std::uint32_t>(Header::kHeaderBytes) != Header::kBytes ||
      view.At<std::uint64_t>(Header::kTotalBytes) != bytes.size() ||
      view.At<std::uint64_t>(Header::kChecksum) != SnapshotChecksum(bytes)) {
    return Damaged("the snapshot is cut short or damaged");
  }
  if (!view.Divide()) return Damaged("the snapshot's parts are not as long as it says");
  return view;
}

SnapshotView SnapshotView::OpenWritten(std::string_view bytes) {
  SnapshotView view;
  view.bytes_ = bytes;
  return view.Divide() ? view : SnapshotView();
}

bool SnapshotView::Divide() {
  using Header = SnapshotHeader;
  entries_ = At<std::uint32_t>(Header::kEntries);
  actors_ = At<std::uint32_t>(Header::kActors);
  bucket_bits_ = At<std::uint32_t>(Header::kBucketBits);
  if (bucket_bits_ < kMinBucketBits || bucket_bits_ > kMaxBucketBits) return false;

  std::uint64_t end = Header::kBytes;
  const auto next_section = [&end](std::uint64_t section_bytes) {
    return std::exchange(end, end + section_bytes);
  };
  const auto endpoint_bytes = At<std::uint32_t>(Header::kEndpointBytes);
  const auto name_bytes = At<std::uint32_t>(Header::kNameBytes);
  const std::uint64_t directory =
      next_section(((std::uint64_t{1} << bucket_bits_) + 1) * kDirectoryEntryBytes);
  const std::uint64_t records =
      next_section(std::uint64_t{entries_} * SnapshotRecordLayout::kBytes);
  const std::uint64_t actors = next_section(std::uint64_t{actors_} * SnapshotActorLayout::kBytes);
  const std::uint64_t endpoint = next_section(endpoint_bytes);
  const std::uint64_t names = next_section(name_bytes);
  // No sum of these numbers overflows. The one that might is compared alone.
  if (end > bytes_.size() || At<std::uint64_t>(Header::kExtraBytes) != bytes_.size() - end) {
    return false;
  }
  const auto section = [this](std::uint64_t begin, std::uint64_t size) {
    return bytes_.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
  };
  directory_ = section(directory, records - directory).data();
  records_ = section(records, actors - records).data();
  actor_table_ = section(actors, endpoint - actors).data();
  endpoint_ = section(endpoint, endpoint_bytes);
  names_ = section(names, name_bytes);
  extras_ = section(end, bytes_.size() - end);
  return true;
}

SnapshotInfo SnapshotView::Info() const {
  using Header = SnapshotHeader;
  SnapshotInfo info;
  if (directory_ == nullptr) return info;
  info.epoch = At<std::uint64_t>(Header::kEpoch);
  info.revision = At<std::uint64_t>(Header::kRevision);
  info.last_updated_ms = At<std::int64_t>(Header::kLastUpdated);
  info.seed = {.first = At<std::uint64_t>(Header::kSeed),
               .second = At<std::uint64_t>(Header::kSeed + 8)};
  if (auto endpoint = ParseS3Endpoint(endpoint_)) {
    info.addressing = {.endpoint = std::move(*endpoint),
                       .path_style = (At<std::uint32_t>(Header::kFlags) & 1) != 0};
  }
  return info;
}

ManifestTotals SnapshotView::Totals() const {
  if (directory_ == nullptr) return {};
  return {.entries = entries_, .size_bytes = At<std::uint64_t>(SnapshotHeader::kSizeBytes)};
}

std::optional<SnapshotRecord> SnapshotView::Find(std::uint64_t hash) const {
  if (directory_ == nullptr) return std::nullopt;
  const auto bucket = static_cast<std::uint32_t>(hash >> (64 - bucket_bits_));
  const auto [first, last] = Bucket(bucket);
  const std::uint64_t wanted = hash & kRecordHashMask;
  for (std::uint32_t i = first; i < last; ++i) {
    const char* record = records_ + std::size_t{i} * SnapshotRecordLayout::kBytes;
    const std::uint64_t found = LoadNumber<std::uint64_t>(record) & kRecordHashMask;
    if (found < wanted) continue;
    if (found > wanted) break;
    return Record(i, bucket);
  }
  return std::nullopt;
}

std::pair<std::uint32_t, std::uint32_t> SnapshotView::Bucket(std::uint32_t bucket) const {
  const char* place = directory_ + std::size_t{bucket} * kDirectoryEntryBytes;
  const auto first = LoadNumber<std::uint32_t>(place);
  const auto last = LoadNumber<std::uint32_t>(place + kDirectoryEntryBytes);
  if (first > last || last > entries_) return {0, 0};
  return {first, last};
}

SnapshotRecord SnapshotView::Record(std::uint32_t index, std::uint32_t bucket) const {
  using Layout = SnapshotRecordLayout;
  const char* record = records_ + std::size_t{index} * Layout::kBytes;
  const std::uint64_t top = std::uint64_t{bucket >> (bucket_bits_ - kMinBucketBits)} << 56;
  return {.hash = top | (LoadNumber<std::uint64_t>(record) & kRecordHashMask),
          .content_id = LoadNumber<std::uint64_t>(record + Layout::kContentId),
          .actor = LoadNumber<std::uint32_t>(record + Layout::kActor) & (kMaxSnapshotActors - 1),
          .size_and_type = LoadNumber<std::uint32_t>(record + Layout::kSizeAndType)};
}

SnapshotView::Actor SnapshotView::ActorAt(std::uint32_t index) const {
  using Layout = SnapshotActorLayout;
  if (index >= actors_) return {};
  const char* actor = actor_table_ + std::size_t{index} * Layout::kBytes;
  return {.id = ActorId(index),
          .totals = {.entries = LoadNumber<std::uint32_t>(actor + Layout::kEntries),
                     .size_bytes = LoadNumber<std::uint64_t>(actor + Layout::kSizeBytes)}};
}

std::string_view SnapshotView::ActorId(std::uint32_t index) const {
  const auto end_of = [this](std::uint32_t actor) {
    return LoadNumber<std::uint32_t>(actor_table_ +
                                     std::size_t{actor} * SnapshotActorLayout::kBytes);
  };
  const std::uint32_t begin = index == 0 ? 0 : end_of(index - 1);
  const std::uint32_t end = end_of(index);
  if (begin > end || end > names_.size()) return {};
  return names_.substr(begin, end - begin);
}

std::optional<std::uint32_t> SnapshotView::FindActor(std::string_view id) const {
  std::uint32_t first = 0;
  for (std::uint32_t last = actors_; first < last;) {
    const std::uint32_t middle = first + (last - first) / 2;
    const int order = ActorId(middle).compare(id);
    if (order == 0) return middle;
    if (order < 0) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return std::nullopt;
}

SnapshotView::Extra SnapshotView::ExtraOf(const SnapshotRecord& record) const {
  using Layout = SnapshotExtraLayout;
  if (record.content_id > extras_.size() || extras_.size() - record.content_id < Layout::kPath) {
    return {};
  }
  const std::string_view extra = extras_.substr(static_cast<std::size_t>(record.content_id));
  const auto path_bytes = LoadNumber<std::uint16_t>(extra.data() + Layout::kPathBytes);
  if (extra.size() - Layout::kPath < path_bytes) return {};
  return {.size_bytes = LoadNumber<std::uint64_t>(extra.data() + Layout::kSizeBytes),
          .local_path = extra.substr(Layout::kPath, path_bytes)};
}

}  // namespace image_cache
