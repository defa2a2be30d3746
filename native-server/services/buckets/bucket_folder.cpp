#include "native-server/services/buckets/bucket_folder.h"

#include <algorithm>
#include <utility>

#include "native-server/origin/access/sigv4.h"
#include "shared/ascii.h"
#include "shared/keys/percent_encoding.h"
#include "shared/paths/actor_id.h"
#include "shared/paths/image_type.h"

namespace image_cache {
namespace {

constexpr std::string_view kScheme = "s3://";
// "PutObject", Amazon S3 API Reference: a key has up to 1,024 bytes.
constexpr std::size_t kMaxPrefixBytes = 1024;

auto Invalid(std::string_view text, const std::string& why) {
  // Behind a '?' there may be a signature.
  return Fail(BucketFolderError::kInvalid,
              "'" + std::string(text.substr(0, text.find_first_of("?#"))) + "' " + why +
                  "; write it as s3://bucket/prefix/");
}

// "Bucket naming rules", and the older ones that upper case and '_' come from.
bool IsBucketName(std::string_view name) {
  return name.size() >= 3 && name.size() <= 255 && IsAsciiAlnum(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsAsciiAlnum(c) || c == '.' || c == '-' || c == '_'; });
}

bool IsPicture(std::string_view key, bool takes_svg) {
  const std::string_view name = key.substr(key.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const auto type = ImageTypeFromExtension(name.substr(dot + 1));
  return type && (takes_svg || *type != ImageType::kSvg);
}

}  // namespace

std::string BucketFolder::Url() const { return ListedObjectUrl(bucket, prefix); }

bool IsBucketFolder(std::string_view text) { return text.starts_with(kScheme); }

Result<BucketFolder, BucketFolderError> ParseBucketFolder(std::string_view url) {
  if (!IsBucketFolder(url)) return Invalid(url, "is no folder of a bucket");
  const std::string_view rest = url.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  BucketFolder folder{.bucket = std::string(rest.substr(0, slash)), .prefix = {}, .actor_id = {}};
  if (!IsBucketName(folder.bucket)) return Invalid(url, "does not name a bucket");
  const std::string_view prefix = slash == rest.size() ? "" : rest.substr(slash + 1);
  if (prefix.find_first_of("?#") != std::string_view::npos) {
    return Invalid(url, "has a '?' or '#', which is %3F or %23 in a URL");
  }
  if (!HasOnlyWholeEscapes(prefix)) return Invalid(url, "has a '%' that is not %25");
  folder.prefix = PercentDecode(prefix);
  if (std::any_of(folder.prefix.begin(), folder.prefix.end(), IsAsciiControl) ||
      folder.prefix.size() >= kMaxPrefixBytes) {
    return Invalid(url, "has a prefix that no object can have");
  }
  if (!folder.prefix.empty() && folder.prefix.back() != '/') folder.prefix += '/';
  return folder;
}

Result<BucketFolder, BucketFolderError> ParseBucketFolderOfActor(std::string_view text) {
  // A prefix may have "=" in it ("dt=2024-01-01/"), an actor's id has neither that nor a slash.
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || text.find('/', equals) != std::string_view::npos) {
    return ParseBucketFolder(text);
  }
  const std::string_view actor_id = text.substr(equals + 1);
  if (!IsValidActorId(actor_id)) return Invalid(text, "ends in no actor id");
  auto folder = ParseBucketFolder(text.substr(0, equals));
  if (folder) folder->actor_id = actor_id;
  return folder;
}

FolderObject DescribeObject(const BucketFolder& folder, std::string_view key, bool takes_svg) {
  using Kind = FolderObject::Kind;
  if (!key.starts_with(folder.prefix) || !IsPicture(key, takes_svg)) return {};
  FolderObject object{.kind = Kind::kPicture,
                      .s3_url = ListedObjectUrl(folder.bucket, key),
                      .actor_id = folder.actor_id};
  if (!object.actor_id.empty()) return object;
  const std::string_view below = key.substr(folder.prefix.size());
  const std::string_view first = below.substr(0, below.find('/'));
  if (first.size() == below.size() || !IsValidActorId(first)) {
    object.kind = Kind::kNoActor;
  } else {
    object.actor_id = first;
  }
  return object;
}

}  // namespace image_cache
