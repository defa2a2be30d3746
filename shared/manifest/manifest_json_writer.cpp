#include "shared/manifest/manifest_json_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "shared/manifest/json_text.h"
#include "shared/manifest/manifest_json.h"

namespace image_cache {
namespace {

using Json = nlohmann::ordered_json;  // fields stay in the contract's order

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Keys are kept packed: each is put together once, not at every comparison.
using Keyed = std::pair<std::string, EntryView>;

std::vector<Keyed> SortedEntries(const Manifest& manifest,
                                 std::optional<std::string_view> actor_id) {
  std::vector<Keyed> entries;
  const auto collect = [&entries](EntryView entry) { entries.emplace_back(entry.s3_url(), entry); };
  if (actor_id) {
    manifest.ForEachOfActor(*actor_id, collect);
  } else {
    manifest.ForEach(collect);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Keyed& a, const Keyed& b) { return a.first < b.first; });
  return entries;
}

}  // namespace

void AppendManifestHead(std::string& text, const ManifestHead& head,
                        const S3Addressing& addressing) {
  Json fields = {{"version", "1.0"}, {"last_updated", head.last_updated_ms}};
  if (!head.epoch.empty()) fields["epoch"] = head.epoch;
  if (head.revision != 0) fields["revision"] = head.revision;
  if (addressing.endpoint) {
    fields["s3_endpoint"] = addressing.endpoint->Origin();
    if (addressing.path_style) fields["s3_path_style"] = true;
  }
  text += Dump(fields);
  text.back() = ',';
  text += "\"entries\":{";
}

void AppendManifestEntry(std::string& text, const EntryFields& entry, bool is_first) {
  if (!is_first) text += ',';
  AppendJsonString(text, entry.s3_url);
  text += ":{\"s3_url\":";
  AppendJsonString(text, entry.s3_url);
  text += ",\"local_path\":";
  AppendJsonString(text, entry.local_path);
  text += ",\"cached_at\":";
  AppendJsonNumber(text, entry.cached_at_ms);
  text += ",\"size_bytes\":";
  AppendJsonNumber(text, entry.size_bytes);
  text += ",\"actor_id\":";
  AppendJsonString(text, entry.actor_id);
  text += ",\"filename\":";
  AppendJsonString(text, entry.filename);
  text += ",\"etag\":";
  AppendJsonString(text, entry.etag);
  if (!entry.sha256.empty()) {
    text += ",\"sha256\":";
    AppendJsonString(text, entry.sha256);
  }
  text += '}';
}

std::string WriteManifestJson(const Manifest& manifest, const S3Addressing& addressing,
                              std::string_view epoch, std::optional<std::string_view> actor_id) {
  std::string text;
  AppendManifestHead(text,
                     {.epoch = epoch,
                      .revision = manifest.revision(),
                      .last_updated_ms = manifest.last_updated_ms()},
                     addressing);
  bool is_first = true;
  Entry entry;
  for (const auto& [s3_url, view] : SortedEntries(manifest, actor_id)) {
    view.CopyTo(entry);
    AppendManifestEntry(text, EntryFields::Of(entry), is_first);
    is_first = false;
  }
  text += kManifestEnd;
  return text;
}

}  // namespace image_cache
