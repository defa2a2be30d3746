#include "native-server/services/revalidation/folder_listing.h"

#include <algorithm>
#include <utility>

namespace image_cache {

bool IsListedVersion(const StoredVersion& stored, const ListedObject& listed) {
  // Without an ETag the size is all there is to go by. An object of the same size counts as the
  // same: to be sure would be to download everything again, every time.
  if (stored.etag.empty()) return stored.size_bytes == listed.size_bytes;
  return stored.etag == listed.etag;
}

FolderListing::FolderListing(ListableFolder folder)
    : folder_(std::move(folder)), verdicts_(folder_.versions.size(), Verdict::kUnseen) {
  for (std::size_t i = 0; i < folder_.versions.size(); ++i) {
    position_of_.emplace(folder_.versions[i].object, i);
  }
}

ListingOrder FolderListing::Order() const {
  return {.bucket = folder_.bucket, .prefix = folder_.prefix, .max_pages = folder_.MaxPages()};
}

void FolderListing::OnPage(const std::vector<ListedObject>& objects) {
  ++pages_;
  for (const ListedObject& listed : objects) {
    const auto found = position_of_.find(listed.key);
    if (found == position_of_.end()) continue;
    const StoredVersion& stored = folder_.versions[found->second].stored;
    verdicts_[found->second] =
        IsListedVersion(stored, listed) ? Verdict::kUnchanged : Verdict::kDiffers;
  }
  if (!objects.empty()) last_object_ = std::max(last_object_, objects.back().key);
}

void FolderListing::OnEnd(const Result<void, OriginError>& result) {
  if (result) return;
  // That is how a listing ends that has more pages than were ordered.
  is_too_long_ = result.error().code == OriginError::kUnexpected && pages_ == folder_.MaxPages();
  has_failed_ = !is_too_long_;
}

bool FolderListing::IsBeyond(const ListableVersion& version) const {
  return (is_too_long_ || has_failed_) && version.object > last_object_;
}

FolderListing::Findings FolderListing::TakeFindings() {
  Findings findings;
  findings.bucket_is_listable = !has_failed_;
  position_of_.clear();
  ListableFolder rest{.bucket = folder_.bucket, .prefix = folder_.prefix, .versions = {}};
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    ListableVersion& version = folder_.versions[i];
    if (verdicts_[i] == Verdict::kUnchanged) {
      ++findings.unchanged;
    } else if (verdicts_[i] == Verdict::kDiffers || !IsBeyond(version)) {
      findings.to_ask.push_back(std::move(version.stored));
    } else if (is_too_long_) {
      rest.versions.push_back(std::move(version));
    } else {
      findings.unknown.alone.push_back(std::move(version.stored));
    }
  }
  if (is_too_long_) findings.unknown = PlanDeeper(std::move(rest));
  return findings;
}

}  // namespace image_cache
