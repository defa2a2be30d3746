// The class that TypeScript sees as ManifestHandle (image_cache.d.ts): a Manifest, the addressing
// that its keys are made with, and the scratch buffer through which strings cross the border.
//
// Owned by JavaScript, which frees it with delete().
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/keys/cache_key.h"
#include "shared/manifest/manifest.h"

namespace image_cache {

class ManifestHandle {
 public:
  std::uintptr_t Reserve(double bytes);
  int Load(double bytes);
  int LoadActor(const std::string& actor_id, double bytes);
  int Lookup(double bytes);
  bool Put(const emscripten::val& entry);
  bool Remove(const std::string& s3_url);
  std::size_t RemoveActor(const std::string& actor_id) {
    return manifest_.RemoveActor(actor_id).size();
  }
  void Clear() { manifest_.TakeAll(); }
  std::string CacheKey(const std::string& s3_url) const;
  std::string FetchableUrl(const std::string& s3_url) const;
  std::string DefaultActor(const std::string& s3_url) const;
  emscripten::val Totals() const;
  emscripten::val ActorTotals(const std::string& actor_id) const;
  double Revision() const { return static_cast<double>(manifest_.revision()); }

  const S3Addressing& addressing() const { return addressing_; }

 private:
  std::string_view Scratch(double bytes) const;
  void FreeLargeScratch();

  Manifest manifest_;
  S3Addressing addressing_;
  std::vector<char> scratch_;
};

}  // namespace image_cache
