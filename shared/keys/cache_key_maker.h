// MakeCacheKey for who makes many: the same keys, without taking apart what needs it not.
//
// Most URLs of a page differ from their key in the origin and in a signature only. So the origin's
// part of the key is remembered, a path of plain characters is taken as it is, and a query that
// only signs is dropped. Every other URL goes to MakeCacheKey. Holds what it has learnt and the
// last key: one thread at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/keys/cache_key.h"

namespace image_cache {

class CacheKeyMaker {
 public:
  explicit CacheKeyMaker(S3Addressing addressing = {}) : addressing_(std::move(addressing)) {}

  // Nothing where MakeCacheKey has an error. Valid until the next call, and as long as `url`.
  [[nodiscard]] std::optional<std::string_view> Make(std::string_view url);

  [[nodiscard]] const S3Addressing& addressing() const { return addressing_; }

 private:
  struct Origin {
    std::string url;  // "https://bucket.s3.eu-west-1.amazonaws.com/", as it is written
    std::string key;  // "https://s3.amazonaws.com/bucket/": what keys begin with in its place
    bool has_bucket_in_path = false;
  };

  [[nodiscard]] const Origin* FindOrigin(std::string_view url) const;
  void Learn(std::string_view url);

  S3Addressing addressing_;
  std::vector<Origin> origins_;  // the first kMaxOrigins that came
  std::string key_;
};

}  // namespace image_cache
