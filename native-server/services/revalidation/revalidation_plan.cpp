#include "native-server/services/revalidation/revalidation_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "native-server/origin/listing/bucket_listing.h"

namespace image_cache {
namespace {

// A page of a listing takes about as long as this many objects that are asked for one by one, side
// by side.
constexpr std::size_t kMinToList = 10;

struct InBucket {
  std::string bucket;
  std::string url;  // s3://
  std::string object;
  bool has_query = false;
};

// Nothing for what is no S3 object, or not one at the place where s3:// URLs are looked for.
std::optional<InBucket> Locate(const std::string& key, const S3Addressing& addressing) {
  const auto parts = SplitUrl(key);
  if (!parts) return std::nullopt;
  auto location = ParseS3Location(*parts, addressing.endpoint ? &*addressing.endpoint : nullptr);
  if (!location) return std::nullopt;
  InBucket found{.bucket = std::move(location->bucket),
                 .url = {},
                 .object = PercentDecode(location->key),
                 .has_query = !parts->query.empty()};
  found.url = "s3://" + found.bucket + "/" + location->key;
  if (found.has_query) found.url.append("?").append(parts->query);
  const auto same = MakeCacheKey(found.url, addressing);
  if (!same || *same != key) return std::nullopt;
  return found;
}

// The object's name in a listing; nothing when the key may mean another object than the one that
// was fetched: one version of it, or a name with a literal '+', which S3's own servers take for a
// space.
std::optional<ListableVersion> Listable(const InBucket& place, StoredVersion& version,
                                        const S3Addressing& addressing) {
  if (place.has_query) return std::nullopt;
  const auto listed = MakeCacheKey(ListedObjectUrl(place.bucket, place.object), addressing);
  if (!listed || *listed != version.key) return std::nullopt;
  return ListableVersion{.object = place.object, .stored = std::move(version)};
}

// Adds them as a folder, or alone when they are too few. REQUIRES: sorted, not empty.
void AddFolder(const std::string& bucket, std::vector<ListableVersion> versions,
               RevalidationPlan& plan) {
  if (versions.size() < kMinToList) {
    for (ListableVersion& version : versions) plan.alone.push_back(std::move(version.stored));
    return;
  }
  // What the first and the last of a sorted list have in common, all have.
  const std::string& first = versions.front().object;
  const std::string& last = versions.back().object;
  const auto differ = std::mismatch(first.begin(), first.end(), last.begin(), last.end()).first;
  const std::size_t slash = std::string_view(first.begin(), differ).rfind('/');
  std::string prefix = slash == std::string::npos ? "" : first.substr(0, slash + 1);
  plan.folders.push_back(
      {.bucket = bucket, .prefix = std::move(prefix), .versions = std::move(versions)});
}

}  // namespace

RevalidationPlan PlanRevalidation(std::vector<StoredVersion> versions,
                                  const S3Addressing& addressing) {
  RevalidationPlan plan;
  std::map<std::string, std::vector<ListableVersion>> by_bucket;
  for (StoredVersion& version : versions) {
    const auto place = Locate(version.key, addressing);
    auto listable = place ? Listable(*place, version, addressing) : std::nullopt;
    if (listable) {
      by_bucket[place->bucket].push_back(std::move(*listable));
    } else {
      plan.alone.push_back(std::move(version));
    }
  }
  for (auto& [bucket, in_bucket] : by_bucket) {
    std::sort(in_bucket.begin(), in_bucket.end(),
              [](const auto& a, const auto& b) { return a.object < b.object; });
    AddFolder(bucket, std::move(in_bucket), plan);
  }
  return plan;
}

RevalidationPlan PlanDeeper(ListableFolder rest) {
  RevalidationPlan plan;
  std::vector<ListableVersion> together;
  std::string folder;  // of those in `together`
  for (ListableVersion& version : rest.versions) {
    const std::size_t slash = version.object.find('/', rest.prefix.size());
    if (slash == std::string::npos) {
      plan.alone.push_back(std::move(version.stored));
      continue;
    }
    std::string its_folder = version.object.substr(0, slash + 1);
    if (its_folder != folder) {
      if (!together.empty()) AddFolder(rest.bucket, std::exchange(together, {}), plan);
      folder = std::move(its_folder);
    }
    together.push_back(std::move(version));
  }
  if (!together.empty()) AddFolder(rest.bucket, std::move(together), plan);
  return plan;
}

std::string UrlToAsk(const std::string& key, const S3Addressing& addressing) {
  auto place = Locate(key, addressing);
  if (!place) return key;
  return std::move(place->url);
}

}  // namespace image_cache
