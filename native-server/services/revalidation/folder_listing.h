// The listing of one folder, held against what is stored of it.
//
// Made by a RevalidationPass; filled on the downloader's thread, and read by the pass when it has
// ended.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native-server/origin/listing/bucket_listing.h"
#include "native-server/services/revalidation/revalidation_plan.h"

namespace image_cache {

// Whether the version that is stored is the one that is listed.
[[nodiscard]] bool IsListedVersion(const StoredVersion& stored, const ListedObject& listed);

class FolderListing {
 public:
  explicit FolderListing(ListableFolder folder);
  FolderListing(const FolderListing&) = delete;  // refers to itself
  FolderListing& operator=(const FolderListing&) = delete;

  [[nodiscard]] ListingOrder Order() const;
  void OnPage(const std::vector<ListedObject>& objects);
  void OnEnd(const Result<void, OriginError>& result);

  struct Findings {
    std::size_t unchanged = 0;
    std::vector<StoredVersion> to_ask;  // differ, or are missing
    RevalidationPlan unknown;           // what the listing has not come to
    bool bucket_is_listable = true;     // false: it refused, so it will do so again
  };
  // REQUIRES: OnEnd was called. Once.
  [[nodiscard]] Findings TakeFindings();

 private:
  enum class Verdict { kUnseen, kUnchanged, kDiffers };
  // The listing ended before it came to this one.
  [[nodiscard]] bool IsBeyond(const ListableVersion& version) const;

  ListableFolder folder_;
  std::unordered_map<std::string_view, std::size_t> position_of_;  // by object
  std::vector<Verdict> verdicts_;
  std::string last_object_;  // of those listed; S3 lists in the order of their names
  std::size_t pages_ = 0;
  bool is_too_long_ = false;
  bool has_failed_ = false;
};

}  // namespace image_cache
