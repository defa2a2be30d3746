#include "native-server/store/folder/adoption.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "shared/manifest/entry_rules.h"
#include "shared/manifest/manifest_json.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

// Nothing when it is not there, or was set aside.
std::optional<ManifestDocument> ReadManifest(CacheFolder& folder, std::int64_t now_ms) {
  const auto text = folder.ReadFile(kManifestFile);
  if (text && !*text) return std::nullopt;
  if (text) {
    auto document = ParseManifestJson(**text);
    if (document) return std::move(*document);
    spdlog::warn("manifest.json is broken: {}", document.error().detail);
  } else {
    spdlog::warn("manifest.json cannot be read: {}", text.error().detail);
  }
  if (auto aside = folder.SetAside(kManifestFile, now_ms); !aside) {
    spdlog::warn("{}", aside.error().detail);
  }
  return std::nullopt;
}

// Brings the entry's URL to the key it has here. What is wrong with the entry; nothing when it can
// be adopted.
std::optional<std::string> Check(Entry& entry, const FolderView& folder,
                                 const S3Addressing& addressing) {
  if (auto admitted = AdmitEntry(entry, addressing); !admitted) return admitted.error().detail;
  const auto path = LocalPath::Parse(entry.local_path);
  if (!path) return "its local path is not one of ours";
  switch (CheckHead(folder, *path, entry.size_bytes)) {
    case FileState::kMissing:
      return "its file is not there";
    case FileState::kWrongSize:
      return "its file has another size";
    case FileState::kWrongContent:
      return "its file is no picture of the format that its name says";
    case FileState::kSound:
    case FileState::kUnreadable:
    case FileState::kUnknown:
    case FileState::kStopped:
      break;
  }
  // What cannot be looked at now is believed: whoever asks for the picture looks again.
  return std::nullopt;
}

}  // namespace

void NotAdopted::Add(std::string what) {
  ++count;
  if (examples.size() < kNamed) examples.push_back(std::move(what));
}

Adoption Adopt(const ManifestDocument& document, const FolderView& folder,
               const S3Addressing& addressing) {
  Adoption adoption;
  for (const std::string& rejected : document.rejected) adoption.not_adopted.Add(rejected);

  // An earlier system may have kept one object under several signed URLs: the newest wins.
  std::unordered_map<std::string, Entry> by_key;
  document.manifest.ForEach([&](EntryView listed) {
    Entry entry = listed.ToEntry();
    if (const auto wrong = Check(entry, folder, addressing)) {
      adoption.not_adopted.Add(entry.local_path + ": " + *wrong);
      return;
    }
    Entry& kept = by_key.try_emplace(entry.s3_url, entry).first->second;
    if (kept.cached_at_ms < entry.cached_at_ms) kept = std::move(entry);
  });

  std::unordered_set<std::string> paths;
  for (auto& [key, entry] : by_key) {
    if (paths.insert(entry.local_path).second) {
      adoption.entries.push_back(std::move(entry));
    } else {
      adoption.not_adopted.Add(entry.local_path + ": another entry has this file");
    }
  }
  adoption.revision = document.manifest.revision();
  adoption.last_updated_ms = document.manifest.last_updated_ms();
  return adoption;
}

Adoption AdoptManifest(CacheFolder& folder, const S3Addressing& addressing, std::int64_t now_ms) {
  const auto document = ReadManifest(folder, now_ms);
  if (!document) return {};
  Adoption adoption = Adopt(*document, {.files = folder.files(), .fd = folder.fd()}, addressing);
  for (const std::string& example : adoption.not_adopted.examples) {
    spdlog::warn("not adopted from manifest.json: {}", example);
  }
  if (adoption.entries.empty() && adoption.not_adopted.count == 0) return adoption;
  spdlog::info("adopted {} pictures from manifest.json, left {} out", adoption.entries.size(),
               adoption.not_adopted.count);
  return adoption;
}

void SetAsideIfBroken(CacheFolder& folder, std::int64_t now_ms) {
  (void)ReadManifest(folder, now_ms);
}

}  // namespace image_cache
