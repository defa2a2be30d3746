// Which pictures an actor shows first, remembered beyond its eviction: what is fetched of one that
// is probably opened next.
//
// Plain data, used by one thread. Bounded in pictures of an actor and in bytes: who was seen
// longest ago is forgotten.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

class FirstPictures {
 public:
  // About a screen of a gallery: more of a guess is not worth its bytes (docs/usage-model.md).
  static constexpr std::size_t kPictures = 6;

  explicit FirstPictures(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // The actor has these now; of more than kPictures the first are kept. None changes nothing.
  void See(std::string_view actor_id, std::vector<std::string> keys);
  // Empty when it is not known.
  [[nodiscard]] std::vector<std::string> Of(std::string_view actor_id) const;
  // An empty id stands for all.
  void Forget(std::string_view actor_id);

  [[nodiscard]] std::size_t actors() const { return actors_.size(); }

  // A line for each actor: its id, then each key behind a tab, without what it has in common with
  // the key before, which a number says. At most max_bytes.
  [[nodiscard]] std::string Text() const;
  // What cannot be read is as if it were not there.
  void Read(std::string_view text);

 private:
  struct Actor {
    std::string actor_id;
    std::string line;  // as in Text
  };

  void Add(Actor actor);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::list<Actor> actors_;  // the newest first
};

}  // namespace image_cache
