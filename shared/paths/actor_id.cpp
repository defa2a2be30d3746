#include "shared/paths/actor_id.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {

bool IsValidActorId(std::string_view actor_id) {
  return !actor_id.empty() && actor_id.size() <= kMaxActorIdBytes && actor_id.front() != '.' &&
         std::all_of(actor_id.begin(), actor_id.end(),
                     [](char c) { return IsAsciiAlnum(c) || c == '.' || c == '_' || c == '-'; });
}

std::string_view DefaultActorId(std::string_view cache_key) {
  constexpr std::string_view kAfterScheme = "://";
  // A query may hold slashes; a key has no fragment.
  std::string_view path = cache_key.substr(0, cache_key.find('?'));
  const std::size_t scheme_end = path.find(kAfterScheme);
  if (scheme_end == std::string_view::npos) return kDefaultActorId;
  path.remove_prefix(scheme_end + kAfterScheme.size());

  // host/bucket/[folders/]folder/file
  const std::size_t bucket = path.find('/');
  const std::size_t first_folder = path.find('/', bucket + 1);
  const std::size_t file = path.rfind('/');
  if (bucket == std::string_view::npos || first_folder >= file) return kDefaultActorId;
  const std::size_t folder = path.rfind('/', file - 1);
  const std::string_view name = path.substr(folder + 1, file - folder - 1);
  return IsValidActorId(name) ? name : kDefaultActorId;
}

}  // namespace image_cache
