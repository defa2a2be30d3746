#include "native-server/store/manifest/manifest_text.h"

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "native-server/store/manifest/large_manifest.h"
#include "native-server/store/sha256.h"
#include "shared/manifest/manifest_json.h"
#include "shared/manifest/manifest_json_writer.h"

namespace image_cache {
namespace {

// Of the content itself, for what is small and asked for by few.
std::string EtagOfContent(std::string_view text) {
  const Sha256Digest digest = Sha256Of(text);
  return "\"" + ToHex(std::span(digest).first(16)) + "\"";
}

// Changes whenever this program begins to write another text for the same entries.
constexpr std::string_view kForm = "2\n";

std::string HashOfForm(const S3Addressing& addressing) {
  std::string form(kForm);
  AppendManifestHead(form, {}, addressing);
  const Sha256Digest digest = Sha256Of(form);
  return ToHex(std::span(digest).first(4));
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

ManifestTexts::ManifestTexts(Source source)
    : source_(std::move(source)),
      form_(HashOfForm(source_.addressing)),
      may_find_large_(source_.was_closed) {}

std::string ManifestTexts::EtagOf(std::uint64_t revision) const {
  return "\"" + source_.epoch + "-" + std::to_string(revision) + "-" + form_ + "\"";
}

bool ManifestTexts::IsLarge() const {
  const std::shared_lock lock(source_.index.mutex);
  return source_.index.images.manifest().Totals().entries > source_.max_entries_in_memory;
}

std::string ManifestTexts::CurrentEtag() const {
  if (IsLarge()) return EtagOf(source_.index.committed_revision);
  const std::shared_lock lock(source_.index.mutex);
  return EtagOf(source_.index.images.manifest().revision());
}

std::shared_ptr<const ManifestText> ManifestTexts::Current() {
  const std::lock_guard lock(mutex_);
  current_ = IsLarge() ? Large() : Small();
  text_bytes_ = current_->size_bytes();
  return current_;
}

ManifestTexts::Text ManifestTexts::Small() {
  auto text = std::make_shared<ManifestText>();
  std::vector<Entry> entries;
  std::int64_t last_updated_ms = 0;
  HashSeed seed;
  {
    const std::shared_lock index_lock(source_.index.mutex);
    const Manifest& manifest = source_.index.images.manifest();
    if (current_ != nullptr && current_->revision == manifest.revision()) return current_;
    entries.reserve(manifest.Totals().entries);
    manifest.ForEach([&entries](EntryView entry) { entries.push_back(entry.ToEntry()); });
    text->revision = manifest.revision();
    last_updated_ms = manifest.last_updated_ms();
    seed = manifest.seed();
  }
  const Manifest copy = MakeManifest(entries, seed, text->revision, last_updated_ms);
  text->json = WriteManifestJson(copy, source_.addressing, source_.epoch);
  text->etag = EtagOf(text->revision);
  return text;
}

ManifestTexts::Text ManifestTexts::Large() {
  const std::uint64_t committed = source_.index.committed_revision;
  if (current_ != nullptr && current_->file && current_->revision == committed) return current_;
  std::optional<LargeManifest> large;
  if (std::exchange(may_find_large_, false)) {
    std::int64_t last_updated_ms = 0;
    {
      const std::shared_lock lock(source_.index.mutex);
      last_updated_ms = source_.index.images.manifest().last_updated_ms();
    }
    large = FindLargeManifest(
        source_.folder,
        {.epoch = source_.epoch, .revision = committed, .last_updated_ms = last_updated_ms},
        source_.addressing);
  }
  if (!large) {
    auto written = WriteLargeManifest(source_.folder, source_.epoch, source_.addressing, stopping_);
    if (!written) throw std::runtime_error(written.error().detail);
    large = std::move(*written);
  }
  auto text = std::make_shared<ManifestText>();
  text->file = std::move(large->file);
  text->file_bytes = large->size_bytes;
  text->revision = large->revision;
  text->etag = EtagOf(text->revision);
  return text;
}

ManifestText ManifestTexts::OfActor(std::string_view actor_id) const {
  std::vector<Entry> entries;
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
  HashSeed seed;
  {
    const std::shared_lock index_lock(source_.index.mutex);
    const Manifest& manifest = source_.index.images.manifest();
    manifest.ForEachOfActor(actor_id,
                            [&entries](EntryView entry) { entries.push_back(entry.ToEntry()); });
    revision = manifest.revision();
    last_updated_ms = manifest.last_updated_ms();
    seed = manifest.seed();
  }
  const Manifest copy = MakeManifest(entries, seed, revision, last_updated_ms);
  ManifestText text{.json = WriteManifestJson(copy, source_.addressing, source_.epoch, actor_id),
                    .etag = {}};
  text.etag = EtagOfContent(text.json);
  text.revision = revision;
  return text;
}

}  // namespace image_cache
