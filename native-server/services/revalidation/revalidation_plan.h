// Which of the stored pictures a listing of their bucket may tell about, and which have to be asked
// for one by one. Pure.
//
// A listing tells of up to 1,000 objects in one request, but of the bucket's others too. So the
// pictures of a bucket are looked for below their common folder, with a bound on the pages; what is
// left when the bound is reached is looked for one folder deeper, and so on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/keys/cache_key.h"

namespace image_cache {

// A stored picture, as far as asking about it needs it.
struct StoredVersion {
  std::string key;   // cache key
  std::string etag;  // may be empty
  std::uint64_t size_bytes = 0;
};

// Asks for a picture of which no ETag is known: no object has it.
inline constexpr const char* kNoEtag = "\"-\"";

// One that a listing names by `object`: its name in the bucket, without percent-encoding.
struct ListableVersion {
  std::string object;
  StoredVersion stored;
};

// What one listing is made for.
struct ListableFolder {
  std::string bucket;
  std::string prefix;                     // ends in '/', or is empty: the whole bucket
  std::vector<ListableVersion> versions;  // sorted by object

  // A bucket that is mostly ours is listed to its end; one that is not costs a few pages.
  [[nodiscard]] std::size_t MaxPages() const { return 2 * (versions.size() / 1000 + 1) + 1; }
};

struct RevalidationPlan {
  std::vector<ListableFolder> folders;
  std::vector<StoredVersion> alone;  // in no listing, or too few to be worth one
};

[[nodiscard]] RevalidationPlan PlanRevalidation(std::vector<StoredVersion> versions,
                                                const S3Addressing& addressing);

// The same for what is left of a folder whose listing was too long.
[[nodiscard]] RevalidationPlan PlanDeeper(ListableFolder rest);

// The URL by which to ask for a stored picture: s3:// where that is the same object, because it
// finds the bucket's own region, else the cache key, which is a URL too.
[[nodiscard]] std::string UrlToAsk(const std::string& key, const S3Addressing& addressing);

}  // namespace image_cache
