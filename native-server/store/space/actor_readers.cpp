#include "native-server/store/space/actor_readers.h"

#include <algorithm>
#include <utility>

namespace image_cache {

void ActorReaders::Watch(std::string_view actor_id, std::weak_ptr<const void> picture) {
  if (pictures_.size() >= clean_at_) {
    std::erase_if(pictures_, [](const Picture& one) { return one.handle.expired(); });
    clean_at_ = std::max(kFewest, 2 * pictures_.size());
  }
  pictures_.push_back({.actor_id = std::string(actor_id), .handle = std::move(picture)});
}

std::unordered_set<std::string> ActorReaders::Reading() const {
  std::unordered_set<std::string> reading;
  for (const Picture& picture : pictures_) {
    if (picture.handle.use_count() > 1) reading.insert(picture.actor_id);
  }
  return reading;
}

}  // namespace image_cache
