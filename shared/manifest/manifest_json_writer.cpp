#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "shared/manifest/manifest_json.h"

namespace image_cache {
namespace {

using Json = nlohmann::ordered_json;  // fields stay in the contract's order

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

using Keyed = std::pair<std::string, EntryView>;

Json EntryJson(const std::string& s3_url, EntryView entry) {
  Json json = {{"s3_url", s3_url},
               {"local_path", entry.local_path()},
               {"cached_at", entry.cached_at_ms()},
               {"size_bytes", entry.size_bytes()},
               {"actor_id", entry.actor_id()},
               {"filename", entry.filename()},
               {"etag", entry.etag()}};
  if (std::string sha256 = entry.sha256(); !sha256.empty()) json["sha256"] = std::move(sha256);
  return json;
}

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

std::string WriteManifestJson(const Manifest& manifest, const S3Addressing& addressing,
                              std::optional<std::string_view> actor_id) {
  Json head = {{"version", "1.0"}, {"last_updated", manifest.last_updated_ms()}};
  if (manifest.revision() != 0) head["revision"] = manifest.revision();
  if (addressing.endpoint) {
    head["s3_endpoint"] = addressing.endpoint->Origin();
    if (addressing.path_style) head["s3_path_style"] = true;
  }

  // The entries are put in as text, one by one: the tree of a million would take a gigabyte.
  std::string text = Dump(head);
  text.back() = ',';
  text += "\"entries\":{";
  bool is_first = true;
  for (const auto& [s3_url, entry] : SortedEntries(manifest, actor_id)) {
    if (!is_first) text += ',';
    is_first = false;
    text += Dump(Json(s3_url)) + ':' + Dump(EntryJson(s3_url, entry));
  }
  text += "}}";
  return text;
}

}  // namespace image_cache
