#include "wasm/manifest_handle.h"

#include <emscripten/bind.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "shared/manifest/entry_rules.h"
#include "shared/paths/actor_id.h"
#include "shared/snapshot/apply_changes.h"
#include "shared/snapshot/epoch.h"
#include "shared/snapshot/snapshot_from_json.h"
#include "wasm/js_values.h"

namespace image_cache {
namespace {

using emscripten::val;

val TotalsToJs(const ManifestTotals& totals) {
  val object = val::object();
  SetNumber(object, "entries", static_cast<double>(totals.entries));
  SetNumber(object, "size_bytes", static_cast<double>(totals.size_bytes));
  return object;
}

template <typename Take>
void ForEachLine(std::string_view text, const Take& take) {
  for (;;) {
    const std::size_t end = text.find('\n');
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::uintptr_t ManifestHandle::Reserve(double bytes) {
  const auto wanted = static_cast<std::size_t>(std::max(bytes, 0.0));
  if (is_answer_snapshot_ && wanted == 0) {
    return reinterpret_cast<std::uintptr_t>(table_.Write().data());
  }
  is_answer_snapshot_ = false;
  if (scratch_.size() < wanted) scratch_.resize(wanted);
  return reinterpret_cast<std::uintptr_t>(scratch_.data());
}

int ManifestHandle::LoadSnapshot(double bytes) {
  // The bytes stay where they are: the scratch becomes the table's.
  scratch_.resize(Scratch(bytes).size());
  Result<SnapshotTable, SnapshotError> table = SnapshotTable::Load(std::exchange(scratch_, {}));
  if (!table) return table.error().code == SnapshotError::kNewerVersion ? -2 : -1;
  return Replace(std::move(*table));
}

int ManifestHandle::LoadJson(double bytes) {
  Result<SnapshotTable, ManifestError> table = ReadSnapshotFromJson(Scratch(bytes));
  scratch_ = {};
  if (!table) return -1;
  return Replace(std::move(*table));
}

int ManifestHandle::ApplyChanges(double bytes) {
  const auto applied = image_cache::ApplyChanges(Scratch(bytes), keys_, table_);
  if (applied) return static_cast<int>(*applied);
  return -1 - static_cast<int>(applied.error().code);
}

double ManifestHandle::WriteSnapshot() {
  scratch_ = {};
  is_answer_snapshot_ = true;
  return static_cast<double>(table_.Write().size());
}

int ManifestHandle::Lookup(double bytes) {
  const auto key = keys_.Make(Scratch(bytes));
  if (!key) return -1;
  std::string path;
  return table_.AppendLocalPath(*key, path) ? Answer(std::move(path)) : 0;
}

int ManifestHandle::LookupBatch(double bytes) {
  std::string paths;
  ForEachLine(Scratch(bytes), [&](std::string_view url) {
    if (const auto key = keys_.Make(url)) (void)table_.AppendLocalPath(*key, paths);
    paths += '\n';
  });
  paths.pop_back();
  return Answer(std::move(paths));
}

int ManifestHandle::KnownPaths(double bytes) {
  std::vector<std::string_view> paths;
  ForEachLine(Scratch(bytes), [&](std::string_view path) { paths.push_back(path); });
  return Answer(table_.HasPaths(paths));
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
  if (!AdmitEntry(entry, addressing())) return false;
  return table_.Put(entry.s3_url, entry.local_path, entry.actor_id, entry.size_bytes);
}

bool ManifestHandle::Remove(const std::string& s3_url) {
  const auto key = keys_.Make(s3_url);
  return key && table_.Remove(*key);
}

std::string ManifestHandle::CacheKey(const std::string& s3_url) {
  return std::string(keys_.Make(s3_url).value_or(std::string_view()));
}

std::string ManifestHandle::FetchableUrl(const std::string& s3_url) const {
  return FetchUrl(s3_url, addressing()).value_or(s3_url);
}

std::string ManifestHandle::DefaultActor(const std::string& s3_url) {
  return std::string(DefaultActorId(CacheKey(s3_url)));
}

val ManifestHandle::Totals() const { return TotalsToJs(table_.Totals()); }

val ManifestHandle::ActorTotals(const std::string& actor_id) const {
  return TotalsToJs(table_.ActorTotals(actor_id));
}

std::string ManifestHandle::Epoch() const { return FormatEpoch(table_.info().epoch); }

std::string_view ManifestHandle::Scratch(double bytes) const {
  const double length = std::clamp(bytes, 0.0, static_cast<double>(scratch_.size()));
  return {scratch_.data(), static_cast<std::size_t>(length)};
}

// Leaves the text where reserve(0) points to, and gives its length.
int ManifestHandle::Answer(std::string text) {
  scratch_ = std::move(text);
  is_answer_snapshot_ = false;
  return static_cast<int>(scratch_.size());
}

// Gives the number of entries there are then. Of two of one epoch the later one stays.
int ManifestHandle::Replace(SnapshotTable table) {
  const SnapshotInfo& now = table_.info();
  const SnapshotInfo& then = table.info();
  const bool is_older = then.epoch != 0 && then.epoch == now.epoch && then.revision < now.revision;
  if (!is_older) {
    earlier_changes_ += table_.changes() + 1;
    keys_ = CacheKeyMaker(then.addressing);
    table_ = std::move(table);
  }
  return static_cast<int>(table_.Totals().entries);
}

EMSCRIPTEN_BINDINGS(image_cache_manifest) {
  emscripten::class_<ManifestHandle>("Manifest")
      .constructor<>()
      .function("reserve", &ManifestHandle::Reserve)
      .function("loadSnapshot", &ManifestHandle::LoadSnapshot)
      .function("loadJson", &ManifestHandle::LoadJson)
      .function("applyChanges", &ManifestHandle::ApplyChanges)
      .function("writeSnapshot", &ManifestHandle::WriteSnapshot)
      .function("lookup", &ManifestHandle::Lookup)
      .function("lookupBatch", &ManifestHandle::LookupBatch)
      .function("knownPaths", &ManifestHandle::KnownPaths)
      .function("put", &ManifestHandle::Put)
      .function("remove", &ManifestHandle::Remove)
      .function("removeActor", &ManifestHandle::RemoveActor)
      .function("clear", &ManifestHandle::Clear)
      .function("cacheKey", &ManifestHandle::CacheKey)
      .function("fetchUrl", &ManifestHandle::FetchableUrl)
      .function("defaultActorId", &ManifestHandle::DefaultActor)
      .function("totals", &ManifestHandle::Totals)
      .function("actorTotals", &ManifestHandle::ActorTotals)
      .function("epoch", &ManifestHandle::Epoch)
      .function("serverRevision", &ManifestHandle::ServerRevision)
      .function("revision", &ManifestHandle::Revision);
}

}  // namespace image_cache
