// What is stored of a bucket's folder, and what of that a listing has not named.
//
// A stored picture takes eight bytes here, so that a million can be held against a listing that
// comes page by page. Used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/services/buckets/bucket_folder.h"
#include "native-server/store/store.h"

namespace image_cache {

class StoredBelow {
 public:
  // Looks at everything that is stored. `store` and `addressing` outlive it.
  StoredBelow(Store& store, const BucketFolder& folder, const S3Addressing& addressing);

  [[nodiscard]] std::size_t size() const { return stored_.size(); }
  void NoteListed(std::string_view key);
  // The entries that were there at the beginning and no listed object is the original of. One that
  // a listing would not tell of (a version, a key that means another object) is never among them.
  [[nodiscard]] std::vector<Entry> NotListed() const;

 private:
  template <typename Visit>
  void VisitEntries(const Visit& visit) const;
  [[nodiscard]] bool IsListable(const std::string& key) const;

  Store& store_;
  const S3Addressing& addressing_;
  const BucketFolder folder_;
  const std::string key_prefix_;       // that the keys of all objects below the folder begin with
  std::vector<std::uint64_t> stored_;  // hashes of keys, sorted
  std::vector<bool> listed_;           // of the same
};

}  // namespace image_cache
