#include "wasm/manifest_handle.h"

#include <emscripten/bind.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "shared/manifest/entry_rules.h"
#include "shared/manifest/manifest_json.h"
#include "shared/paths/actor_id.h"
#include "wasm/js_values.h"

namespace image_cache {
namespace {

using emscripten::val;

val TotalsToJs(const ManifestTotals& totals) {
  val object = val::object();
  object.set("entries", ToJs(totals.entries));
  object.set("size_bytes", ToJs(totals.size_bytes));
  return object;
}

}  // namespace

std::uintptr_t ManifestHandle::Reserve(double bytes) {
  const auto wanted = static_cast<std::size_t>(std::max(bytes, 0.0));
  if (scratch_.size() < wanted) scratch_.resize(wanted);
  return reinterpret_cast<std::uintptr_t>(scratch_.data());
}

int ManifestHandle::Load(double bytes) {
  Result<ManifestDocument, ManifestError> document = ParseManifestJson(Scratch(bytes));
  FreeLargeScratch();
  if (!document) return -1;
  const std::uint64_t revision = manifest_.revision() + 1;
  manifest_ = std::move(document->manifest);
  manifest_.set_revision(revision);
  addressing_ = std::move(document->addressing);
  return static_cast<int>(manifest_.Totals().entries);
}

int ManifestHandle::LoadActor(const std::string& actor_id, double bytes) {
  Result<ManifestDocument, ManifestError> document = ParseManifestJson(Scratch(bytes));
  FreeLargeScratch();
  if (!document) return -1;
  manifest_.RemoveActor(actor_id);
  document->manifest.ForEachOfActor(actor_id,
                                    [this](EntryView entry) { manifest_.Put(entry.ToEntry()); });
  return static_cast<int>(manifest_.ActorTotals(actor_id).entries);
}

int ManifestHandle::Lookup(double bytes) {
  const Result<std::string, UrlError> key = MakeCacheKey(Scratch(bytes), addressing_);
  if (!key) return -1;
  const auto entry = manifest_.Find(*key);
  if (!entry) return 0;
  const std::string path = entry->local_path();
  Reserve(static_cast<double>(path.size()));
  std::memcpy(scratch_.data(), path.data(), path.size());
  return static_cast<int>(path.size());
}

bool ManifestHandle::Put(const val& object) {
  Entry entry;
  entry.s3_url = StringField(object, "s3_url");
  entry.local_path = StringField(object, "local_path");
  entry.actor_id = StringField(object, "actor_id");
  entry.filename = StringField(object, "filename");
  entry.etag = StringField(object, "etag");
  entry.cached_at_ms = WholeNumber(object["cached_at"], -1);
  const std::int64_t size_bytes = WholeNumber(object["size_bytes"], -1);
  if (size_bytes < 0) return false;
  entry.size_bytes = static_cast<std::uint64_t>(size_bytes);
  if (!AdmitEntry(entry, addressing_)) return false;
  manifest_.Put(entry);
  return true;
}

bool ManifestHandle::Remove(const std::string& s3_url) {
  const Result<std::string, UrlError> key = MakeCacheKey(s3_url, addressing_);
  return key && !manifest_.Remove(*key).empty();
}

std::string ManifestHandle::CacheKey(const std::string& s3_url) const {
  return MakeCacheKey(s3_url, addressing_).value_or(std::string());
}

std::string ManifestHandle::FetchableUrl(const std::string& s3_url) const {
  return FetchUrl(s3_url, addressing_).value_or(s3_url);
}

std::string ManifestHandle::DefaultActor(const std::string& s3_url) const {
  return std::string(DefaultActorId(CacheKey(s3_url)));
}

val ManifestHandle::Totals() const { return TotalsToJs(manifest_.Totals()); }

val ManifestHandle::ActorTotals(const std::string& actor_id) const {
  return TotalsToJs(manifest_.ActorTotals(actor_id));
}

std::string_view ManifestHandle::Scratch(double bytes) const {
  const double length = std::clamp(bytes, 0.0, static_cast<double>(scratch_.size()));
  return {scratch_.data(), static_cast<std::size_t>(length)};
}

// A URL needs some kilobytes, a manifest megabytes, once.
void ManifestHandle::FreeLargeScratch() {
  if (scratch_.size() <= kMaxUrlBytes) return;
  scratch_ = std::vector<char>();
}

EMSCRIPTEN_BINDINGS(image_cache_manifest) {
  emscripten::class_<ManifestHandle>("Manifest")
      .constructor<>()
      .function("reserve", &ManifestHandle::Reserve)
      .function("load", &ManifestHandle::Load)
      .function("loadActor", &ManifestHandle::LoadActor)
      .function("lookup", &ManifestHandle::Lookup)
      .function("put", &ManifestHandle::Put)
      .function("remove", &ManifestHandle::Remove)
      .function("removeActor", &ManifestHandle::RemoveActor)
      .function("clear", &ManifestHandle::Clear)
      .function("cacheKey", &ManifestHandle::CacheKey)
      .function("fetchUrl", &ManifestHandle::FetchableUrl)
      .function("defaultActorId", &ManifestHandle::DefaultActor)
      .function("totals", &ManifestHandle::Totals)
      .function("actorTotals", &ManifestHandle::ActorTotals)
      .function("revision", &ManifestHandle::Revision);
}

}  // namespace image_cache
