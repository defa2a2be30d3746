// One cached picture, as the manifest tells of it (contract, section 3).
#pragma once

#include <cstdint>
#include <string>

namespace image_cache {

struct Entry {
  std::string s3_url;      // the cache key: it holds no signature
  std::string local_path;  // ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg"
  std::string actor_id;
  std::string filename;  // the name the caller gave; for people, never a path
  std::string etag;      // as the origin sent it, quotes included; empty when it sent none
  std::string sha256;    // 64 hex digits of the content; empty when an earlier system wrote it
  std::int64_t cached_at_ms = 0;  // since the Unix epoch
  std::uint64_t size_bytes = 0;

  friend bool operator==(const Entry&, const Entry&) = default;
};

}  // namespace image_cache
