#include "native-server/store/folder/adoption.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

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

// Names the first few entries that are not adopted. A folder may have lost a million pictures.
class LeftOut {
 public:
  void Add(const std::string& what) {
    if (++count_ <= kNamed) spdlog::warn("not adopted from manifest.json: {}", what);
    if (count_ == kNamed + 1) spdlog::warn("further ones are only counted");
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  static constexpr std::size_t kNamed = 5;
  std::size_t count_ = 0;
};

// Brings the entry's URL to the key it has here. What is wrong with the entry; nothing when it can
// be adopted.
std::optional<std::string> Check(Entry& entry, const CacheFolder& folder,
                                 const S3Addressing& addressing) {
  if (auto admitted = AdmitEntry(entry, addressing); !admitted) return admitted.error().detail;
  const auto path = LocalPath::Parse(entry.local_path);
  if (!path) return "its local path is not one of ours";
  const auto image = folder.OpenImage(*path);
  if (!image && CacheFolder::MeansVanished(image.error())) return "its file is not there";
  // What cannot be looked at now is believed: whoever asks for the picture looks again.
  if (image && image->size_bytes != entry.size_bytes) return "its file has another size";
  return std::nullopt;
}

}  // namespace

Adoption AdoptManifest(CacheFolder& folder, const S3Addressing& addressing, std::int64_t now_ms) {
  Adoption adoption;
  const auto document = ReadManifest(folder, now_ms);
  if (!document) return adoption;
  LeftOut left_out;
  for (const std::string& rejected : document->rejected) left_out.Add(rejected);

  // An earlier system may have kept one object under several signed URLs: the newest wins.
  std::unordered_map<std::string, Entry> by_key;
  document->manifest.ForEach([&](EntryView listed) {
    Entry entry = listed.ToEntry();
    if (const auto wrong = Check(entry, folder, addressing)) {
      left_out.Add(listed.local_path() + ": " + *wrong);
      return;
    }
    Entry& kept = by_key.try_emplace(entry.s3_url, entry).first->second;
    if (kept.cached_at_ms < entry.cached_at_ms) kept = std::move(entry);
  });

  std::unordered_set<std::string> paths;
  for (auto& [key, entry] : by_key) {
    if (paths.insert(entry.local_path).second) adoption.entries.push_back(std::move(entry));
  }
  adoption.revision = document->manifest.revision();
  adoption.last_updated_ms = document->manifest.last_updated_ms();
  spdlog::info("adopted {} pictures from manifest.json, left {} out", adoption.entries.size(),
               left_out.count());
  return adoption;
}

void SetAsideIfBroken(CacheFolder& folder, std::int64_t now_ms) {
  (void)ReadManifest(folder, now_ms);
}

}  // namespace image_cache
