#include "shared/keys/cache_key_maker.h"

#include <algorithm>
#include <array>

#include "shared/ascii.h"
#include "shared/keys/percent_encoding.h"
#include "shared/keys/url.h"

namespace image_cache {
namespace {

constexpr std::size_t kMaxOrigins = 16;

// What stays as it is in the path of every URL and in every object's key.
constexpr std::array<bool, 256> MakePlainCharacters() {
  std::array<bool, 256> is_plain{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-._~/!$&'()*,;=:@+")) {
    is_plain[static_cast<unsigned char>(c)] = true;
  }
  return is_plain;
}
constexpr std::array<bool, 256> kIsPlain = MakePlainCharacters();

std::size_t PlainPrefixBytes(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && kIsPlain[static_cast<unsigned char>(text[size])]) ++size;
  return size;
}

// "https://host/…" up to and with the slash; empty when there is none.
std::string_view OriginOf(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const std::size_t slash = url.find('/', scheme_end + 3);
  return slash == std::string_view::npos ? std::string_view() : url.substr(0, slash + 1);
}

// "bucket/k…", the bucket of characters that every bucket may have.
bool BeginsWithBucket(std::string_view path) {
  constexpr std::size_t kMaxBytes = 63;
  const std::size_t slash = path.find('/');
  return slash != std::string_view::npos && slash > 0 && slash <= kMaxBytes &&
         slash + 1 < path.size() && IsAsciiAlnum(path.front()) &&
         std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(slash),
                     [](char c) { return IsAsciiAlnum(c) || c == '-' || c == '.'; });
}

// True when nothing of the query is in the key, and it is a valid one. `rest` begins with the '?'.
bool OnlySigns(std::string_view rest) {
  if (std::any_of(rest.begin(), rest.end(), IsAsciiControl)) return false;
  std::string_view query = rest.substr(1, rest.find('#') - 1);
  if (!HasOnlyWholeEscapes(query)) return false;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (!parameter.empty() && !IsSigningParameter(name)) return false;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return true;
}

}  // namespace

std::optional<std::string_view> CacheKeyMaker::Make(std::string_view url) {
  const Origin* origin = url.size() <= kMaxUrlBytes ? FindOrigin(url) : nullptr;
  if (origin != nullptr) {
    const std::string_view path_and_rest = url.substr(origin->url.size());
    const std::size_t path_bytes = PlainPrefixBytes(path_and_rest);
    const std::string_view path = path_and_rest.substr(0, path_bytes);
    const std::string_view rest = path_and_rest.substr(path_bytes);
    const bool is_plain = !path.empty() && origin->key.size() + path_bytes <= kMaxUrlBytes &&
                          (!origin->has_bucket_in_path || BeginsWithBucket(path)) &&
                          (rest.empty() || (rest.front() == '?' && OnlySigns(rest)));
    if (is_plain && origin->key == origin->url) return url.substr(0, url.size() - rest.size());
    if (is_plain) return key_.assign(origin->key).append(path);
  }
  Result<std::string, UrlError> key = MakeCacheKey(url, addressing_);
  if (!key) return std::nullopt;
  if (origin == nullptr && origins_.size() < kMaxOrigins) Learn(url);
  key_ = std::move(*key);
  return key_;
}

const CacheKeyMaker::Origin* CacheKeyMaker::FindOrigin(std::string_view url) const {
  const std::string_view wanted = OriginOf(url);
  const auto found = std::find_if(origins_.begin(), origins_.end(),
                                  [&](const Origin& origin) { return origin.url == wanted; });
  return found == origins_.end() ? nullptr : &*found;
}

// By asking for keys of two objects that may be there: what comes before the path is the origin's.
// REQUIRES: MakeCacheKey takes the URL.
void CacheKeyMaker::Learn(std::string_view url) {
  constexpr std::string_view kInBucket = "a/b";
  Origin origin{.url = std::string(OriginOf(url)), .key = {}};
  if (origin.url.empty()) return;
  Result<std::string, UrlError> key =
      MakeCacheKey(origin.url + std::string(kInBucket), addressing_);
  if (!key || key->size() < kInBucket.size() ||
      key->compare(key->size() - kInBucket.size(), kInBucket.size(), kInBucket) != 0) {
    return;
  }
  key->resize(key->size() - kInBucket.size());
  origin.key = std::move(*key);
  origin.has_bucket_in_path = !MakeCacheKey(origin.url + 'a', addressing_);
  origins_.push_back(std::move(origin));
}

}  // namespace image_cache
