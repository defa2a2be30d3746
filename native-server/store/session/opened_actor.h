// An actor that somebody opened, and its pictures. Plain data.
#pragma once

#include <string>
#include <vector>

namespace image_cache {

struct OpenedActor {
  std::string actor_id;
  std::vector<std::string> keys;  // cache keys; may be empty
};

}  // namespace image_cache
