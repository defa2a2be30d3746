#include "shared/manifest/key_prefixes.h"

#include <algorithm>

namespace image_cache {
namespace {

constexpr std::size_t kMaxBytes = 256;  // longer ones are hardly shared, and slow to compare

// With the slash; empty when there is none.
std::string_view UpToSlash(std::string_view text, std::size_t from) {
  const std::size_t slash = text.substr(0, kMaxBytes).find('/', from);
  return slash == std::string_view::npos ? std::string_view() : text.substr(0, slash + 1);
}

}  // namespace

KeyPrefix* KeyPrefixes::Acquire(std::string_view key) {
  constexpr std::string_view kSchemeEnd = "://";
  const std::size_t scheme = key.substr(0, kMaxBytes).find(kSchemeEnd);
  if (scheme == std::string_view::npos) return nullptr;
  const std::string_view host = UpToSlash(key, scheme + kSchemeEnd.size());
  const std::string_view folder = UpToSlash(key, host.size());

  const auto acquire = [this](std::string_view text, std::size_t limit) -> KeyPrefix* {
    if (text.empty()) return nullptr;
    auto found = std::find_if(prefixes_.begin(), prefixes_.end(),
                              [text](const auto& prefix) { return prefix->text == text; });
    if (found == prefixes_.end()) {
      if (prefixes_.size() >= limit) return nullptr;
      prefixes_.push_back(std::make_unique<KeyPrefix>());
      found = prefixes_.end() - 1;
      (*found)->text = text;
    }
    ++(*found)->users;
    return found->get();
  };
  if (!host.empty()) {
    if (KeyPrefix* prefix = acquire(folder, kMaxPrefixes / 2)) return prefix;
  }
  return acquire(host, kMaxPrefixes);
}

void KeyPrefixes::Release(KeyPrefix* prefix) {
  if (prefix == nullptr || --prefix->users > 0) return;
  const auto found = std::find_if(prefixes_.begin(), prefixes_.end(),
                                  [prefix](const auto& other) { return other.get() == prefix; });
  std::swap(*found, prefixes_.back());
  prefixes_.pop_back();
}

}  // namespace image_cache
