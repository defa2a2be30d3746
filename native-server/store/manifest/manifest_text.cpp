#include "native-server/store/manifest/manifest_text.h"

#include <cstdint>
#include <shared_mutex>
#include <span>
#include <utility>
#include <vector>

#include "native-server/store/sha256.h"
#include "shared/manifest/manifest_json.h"

namespace image_cache {
namespace {

// Of the content itself: equal for equal content and different for any other, whatever happened
// between two runs. 128 bits are plenty against chance.
std::string EtagOf(std::string_view text) {
  const Sha256Digest digest = Sha256Of(text);
  return "\"" + ToHex(std::span(digest).first(16)) + "\"";
}

// What the text is written from: entries copied under the lock, put in order without it.
Manifest MakeManifest(const std::vector<Entry>& entries, HashSeed seed, std::uint64_t revision,
                      std::int64_t last_updated_ms) {
  Manifest manifest(seed);
  for (const Entry& entry : entries) manifest.Put(entry);
  manifest.set_revision(revision);
  manifest.set_last_updated_ms(last_updated_ms);
  return manifest;
}

}  // namespace

std::shared_ptr<const ManifestText> ManifestTexts::Current() {
  const std::lock_guard lock(mutex_);
  auto text = std::make_shared<ManifestText>();
  std::vector<Entry> entries;
  std::int64_t last_updated_ms = 0;
  HashSeed seed;
  {
    const std::shared_lock index_lock(index_.mutex);
    const Manifest& manifest = index_.images.manifest();
    if (current_ != nullptr && current_->revision == manifest.revision()) return current_;
    entries.reserve(manifest.Totals().entries);
    manifest.ForEach([&entries](EntryView entry) { entries.push_back(entry.ToEntry()); });
    text->revision = manifest.revision();
    last_updated_ms = manifest.last_updated_ms();
    seed = manifest.seed();
  }
  const Manifest copy = MakeManifest(entries, seed, text->revision, last_updated_ms);
  text->json = WriteManifestJson(copy, addressing_);
  text->etag = EtagOf(text->json);
  current_ = std::move(text);
  return current_;
}

ManifestText ManifestTexts::OfActor(std::string_view actor_id) const {
  std::vector<Entry> entries;
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
  HashSeed seed;
  {
    const std::shared_lock index_lock(index_.mutex);
    const Manifest& manifest = index_.images.manifest();
    manifest.ForEachOfActor(actor_id,
                            [&entries](EntryView entry) { entries.push_back(entry.ToEntry()); });
    revision = manifest.revision();
    last_updated_ms = manifest.last_updated_ms();
    seed = manifest.seed();
  }
  const Manifest copy = MakeManifest(entries, seed, revision, last_updated_ms);
  ManifestText text{.json = WriteManifestJson(copy, addressing_, actor_id), .etag = {}};
  text.etag = EtagOf(text.json);
  text.revision = revision;
  return text;
}

}  // namespace image_cache
