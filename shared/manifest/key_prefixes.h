// What many keys begin with ("https://s3.amazonaws.com/training/"), kept once: half of a typical
// key.
//
// Part of a Manifest, which owns it. A prefix stays where it is while a key uses it. The bound is
// kMaxPrefixes: keys that would need another are kept whole.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

struct KeyPrefix {
  std::string text;
  std::size_t users = 0;
};

class KeyPrefixes {
 public:
  static constexpr std::size_t kMaxPrefixes = 64;

  // The prefix of this key, up to and with the slash behind the first segment of its path, with one
  // user more; that is the bucket in path style, and the first folder in virtual-host style. When
  // half of all prefixes are of that kind, the key's host. Null when there is none to have.
  [[nodiscard]] KeyPrefix* Acquire(std::string_view key);
  // One user less; the last takes it away. Null is fine.
  void Release(KeyPrefix* prefix);

 private:
  // Looked through from end to end: few caches hold pictures of more than three buckets.
  std::vector<std::unique_ptr<KeyPrefix>> prefixes_;
};

}  // namespace image_cache
