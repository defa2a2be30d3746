#include "tests/native-server/store/changes/followed_manifest.h"

#include <unistd.h>

#include "shared/paths/local_path.h"

namespace image_cache::testing {
namespace {

std::string TextOf(const ManifestText& manifest) {
  if (!manifest.file) return manifest.json;
  std::string text(manifest.file_bytes, '\0');
  const ssize_t count = ::pread(manifest.file->get(), text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

}  // namespace

FollowedManifest::FollowedManifest(const ManifestText& text) : revision_(text.revision) {
  const nlohmann::json entries = nlohmann::json::parse(TextOf(text))["entries"];
  for (const auto& [key, entry] : entries.items()) {
    entries_[key] = {.local_path = entry["local_path"],
                     .actor_id = entry["actor_id"],
                     .size_bytes = entry["size_bytes"]};
  }
}

bool FollowedManifest::CatchUp(const ChangeLog& log) {
  const ChangesSince since = log.Since(revision_);
  if (since.is_full) return false;
  for (const auto& group : since.groups) ApplyText(*group->text);
  revision_ = since.revision;
  return true;
}

bool FollowedManifest::Apply(const ChangeGroup& group) {
  if (group.revision <= revision_) return true;  // old
  if (group.since > revision_ || !group.text) return false;
  ApplyText(*group.text);
  revision_ = group.revision;
  return true;
}

void FollowedManifest::ApplyText(const std::string& text) {
  for (const auto& change : nlohmann::json::parse("[" + text + "]")) ApplyChange(change);
}

void FollowedManifest::ApplyChange(const nlohmann::json& change) {
  for (const auto& put : change.value("put", nlohmann::json::array())) {
    const std::string path = put["local_path"];
    entries_[put["s3_url"]] = {
        .local_path = path,
        .actor_id = put.value("actor_id", std::string(LocalPath::Parse(path)->actor_id())),
        .size_bytes = put["size_bytes"]};
  }
  for (const auto& removed : change.value("removed", nlohmann::json::array())) {
    entries_.erase(removed["s3_url"].get<std::string>());
  }
  if (change.contains("removed_actor")) {
    std::erase_if(entries_,
                  [&](const auto& one) { return one.second.actor_id == change["removed_actor"]; });
  }
  if (change.value("removed_all", false)) entries_.clear();
}

}  // namespace image_cache::testing
