// Of which actors a picture is being sent just now, without costing an answer anything.
//
// Whoever keeps pictures open shares each with the answers that send it, so its count of owners
// says whether one does: one is the keeper alone. Only that count is looked at, and only when
// somebody is to be evicted. Owned by the SpaceKeeper, used under its lock.
//
// Bound (design rule 8): what is watched is open, and those are bounded where they are kept; what
// has been closed is forgotten when it is as much as what is open.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace image_cache {

class ActorReaders {
 public:
  void Watch(std::string_view actor_id, std::weak_ptr<const void> picture);
  [[nodiscard]] std::unordered_set<std::string> Reading() const;
  [[nodiscard]] std::size_t watched() const { return pictures_.size(); }

 private:
  struct Picture {
    std::string actor_id;
    std::weak_ptr<const void> handle;
  };
  static constexpr std::size_t kFewest = 1024;

  std::vector<Picture> pictures_;
  std::size_t clean_at_ = kFewest;
};

}  // namespace image_cache
