#include <utility>

#include "shared/manifest/entry_rules.h"
#include "shared/manifest/manifest_json.h"
#include "shared/manifest/manifest_json_events.h"

namespace image_cache {
namespace {

// For a log that people read: never a query (it may hold a signature) and nothing of what is no
// URL.
std::string NameOf(const Entry& entry, std::size_t index) {
  if (!SplitUrl(entry.s3_url)) return "entry " + std::to_string(index + 1);
  return entry.s3_url.substr(0, entry.s3_url.find_first_of("?#"));
}

bool IsEpoch(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void AddEntry(ManifestJsonEvents::RawEntry& raw, std::size_t index, ManifestDocument& document) {
  if (!raw.IsComplete()) {
    document.rejected.push_back(NameOf(raw.entry, index) +
                                ": a field is missing, has the wrong type or is out of range");
    return;
  }
  const Result<void, EntryError> admitted = AdmitEntry(raw.entry, document.addressing);
  if (!admitted) {
    document.rejected.push_back(NameOf(raw.entry, index) + ": " + admitted.error().detail);
    return;
  }
  const auto existing = document.manifest.Find(raw.entry.s3_url);
  if (existing && existing->cached_at_ms() > raw.entry.cached_at_ms) return;
  document.manifest.Put(raw.entry);
}

}  // namespace

Result<ManifestDocument, ManifestError> ParseManifestJson(std::string_view json) {
  ManifestJsonEvents events;
  const bool is_json = ReadJson(json, events);
  if (!is_json || !events.is_object) {
    return Fail(ManifestError::kNotJson, "the manifest is not a JSON object");
  }
  if (events.version != "1.0") {
    return Fail(ManifestError::kUnsupportedVersion, "the manifest's version is not \"1.0\"");
  }
  if (!events.has_entries) {
    return Fail(ManifestError::kInvalid, "the manifest has no object of entries");
  }

  ManifestDocument document;
  if (const auto endpoint = ParseS3Endpoint(events.s3_endpoint)) {
    document.addressing = {.endpoint = *endpoint, .path_style = events.s3_path_style};
  }
  for (std::size_t i = 0; i < events.entries.size(); ++i) {
    AddEntry(events.entries[i], i, document);
  }
  if (IsEpoch(events.epoch)) document.epoch = std::move(events.epoch);
  document.manifest.set_revision(static_cast<std::uint64_t>(events.revision));
  document.manifest.set_last_updated_ms(events.last_updated_ms);
  return document;
}

}  // namespace image_cache
