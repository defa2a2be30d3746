#include "shared/paths/actor_id.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {

bool IsValidActorId(std::string_view actor_id) {
  return !actor_id.empty() && actor_id.size() <= kMaxActorIdBytes && actor_id.front() != '.' &&
         std::all_of(actor_id.begin(), actor_id.end(),
                     [](char c) { return IsAsciiAlnum(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace image_cache
