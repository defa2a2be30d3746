// A folder of a bucket as people name it, s3://bucket/prefix/, and whose picture each object in it
// is. Pure.
#pragma once

#include <string>
#include <string_view>

#include "native-server/origin/listing/bucket_listing.h"
#include "shared/result.h"

namespace image_cache {

struct BucketFolder {
  std::string bucket;
  std::string prefix;    // bytes, no percent-encoding; ends in '/', or is empty: the whole bucket
  std::string actor_id;  // whose pictures these are; empty: of the first folder below the prefix

  // "s3://bucket/prefix/", for people and to ask for it again.
  [[nodiscard]] std::string Url() const;

  friend bool operator==(const BucketFolder&, const BucketFolder&) = default;
};

enum class BucketFolderError {
  kInvalid,  // the detail says why, and how it is written
};

// "s3://bucket", "s3://bucket/prefix", "s3://bucket/prefix/": a prefix is always a folder, so that
// "training" is not "training-old". It is read as a URL: '%' begins an escape, and '?' and '#' are
// written "%3F" and "%23".
[[nodiscard]] Result<BucketFolder, BucketFolderError> ParseBucketFolder(std::string_view url);
[[nodiscard]] bool IsBucketFolder(std::string_view text);  // begins as one

// "s3://bucket/prefix=ACTOR": everything below is this actor's.
[[nodiscard]] Result<BucketFolder, BucketFolderError> ParseBucketFolderOfActor(
    std::string_view text);

// What an object below the folder is.
struct FolderObject {
  enum class Kind {
    kPicture,
    kOther,    // its name does not end as a picture's does
    kNoActor,  // it lies in no folder below the prefix, or in one whose name is no actor id
  };
  Kind kind = Kind::kOther;
  std::string s3_url;    // s3://, percent-encoded
  std::string actor_id;  // of a picture
};
[[nodiscard]] FolderObject DescribeObject(const BucketFolder& folder, std::string_view key,
                                          bool takes_svg);

}  // namespace image_cache
