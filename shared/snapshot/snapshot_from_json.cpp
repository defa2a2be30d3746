#include "shared/snapshot/snapshot_from_json.h"

#include <utility>

#include "shared/manifest/entry_rules.h"
#include "shared/manifest/manifest_json_events.h"
#include "shared/snapshot/epoch.h"

namespace image_cache {
namespace {

S3Addressing AddressingOf(const ManifestJsonEvents& events) {
  auto endpoint = ParseS3Endpoint(events.s3_endpoint);
  if (!endpoint) return {};
  return {.endpoint = std::move(*endpoint), .path_style = events.s3_path_style};
}

}  // namespace

Result<SnapshotTable, ManifestError> ReadSnapshotFromJson(std::string_view json, HashSeed seed) {
  SnapshotTable table({.seed = seed});
  S3Addressing addressing;
  const auto put = [&table, &addressing](ManifestJsonEvents::RawEntry& raw) {
    Entry& entry = raw.entry;
    if (!raw.IsComplete() || !AdmitEntry(entry, addressing)) return;
    table.Put(entry.s3_url, entry.local_path, entry.actor_id, entry.size_bytes);
  };

  ManifestJsonEvents events;
  bool is_first = true;
  events.on_entry = [&](ManifestJsonEvents::RawEntry& raw) {
    if (std::exchange(is_first, false)) addressing = AddressingOf(events);
    put(raw);
  };
  if (!ReadJson(json, events) || !events.is_object) {
    return Fail(ManifestError::kNotJson, "the manifest is not a JSON object");
  }
  if (events.version != "1.0") {
    return Fail(ManifestError::kUnsupportedVersion, "the manifest's version is not \"1.0\"");
  }
  if (!events.has_entries) {
    return Fail(ManifestError::kInvalid, "the manifest has no object of entries");
  }
  // The server writes the endpoint before the entries. Who writes it after them has them read
  // again.
  if (S3Addressing told = AddressingOf(events); told.endpoint != addressing.endpoint) {
    addressing = std::move(told);
    table.Clear();
    ManifestJsonEvents again;
    again.on_entry = put;
    if (!is_first && !ReadJson(json, again)) return Fail(ManifestError::kNotJson, "not JSON");
  }
  addressing = AddressingOf(events);
  table.set_addressing(std::move(addressing));
  table.set_revision(ParseEpoch(events.epoch), static_cast<std::uint64_t>(events.revision),
                     events.last_updated_ms);
  return table;
}

}  // namespace image_cache
