// The class that TypeScript sees as ManifestHandle (image_cache.d.ts): the table of what is cached,
// the maker of its keys, and the scratch buffer through which bytes and strings cross the border.
//
// Owned by JavaScript, which frees it with delete().
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/keys/cache_key_maker.h"
#include "shared/snapshot/snapshot_table.h"

namespace image_cache {

class ManifestHandle {
 public:
  std::uintptr_t Reserve(double bytes);
  int LoadSnapshot(double bytes);
  int LoadJson(double bytes);
  int ApplyChanges(double bytes);
  double WriteSnapshot();
  int Lookup(double bytes);
  int LookupBatch(double bytes);
  int KnownPaths(double bytes);
  bool Put(const emscripten::val& entry);
  bool Remove(const std::string& s3_url);
  std::size_t RemoveActor(const std::string& actor_id) { return table_.RemoveActor(actor_id); }
  void Clear() { table_.Clear(); }
  std::string CacheKey(const std::string& s3_url);
  std::string FetchableUrl(const std::string& s3_url) const;
  std::string DefaultActor(const std::string& s3_url);
  emscripten::val Totals() const;
  emscripten::val ActorTotals(const std::string& actor_id) const;
  std::string Epoch() const;
  double ServerRevision() const { return static_cast<double>(table_.info().revision); }
  double Revision() const { return static_cast<double>(earlier_changes_ + table_.changes()); }

  const S3Addressing& addressing() const { return keys_.addressing(); }

 private:
  std::string_view Scratch(double bytes) const;
  int Answer(std::string text);
  int Replace(SnapshotTable table);

  SnapshotTable table_;
  CacheKeyMaker keys_;
  std::string scratch_;
  bool is_answer_snapshot_ = false;    // the table's bytes are, in the place of the scratch
  std::uint64_t earlier_changes_ = 0;  // of the tables before this one
};

}  // namespace image_cache
