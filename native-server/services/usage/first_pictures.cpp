#include "native-server/services/usage/first_pictures.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

constexpr char kBetween = '\t';
constexpr char kLineEnd = '\n';

// Digits, a colon, and the rest of the key. Neither a key nor an id can have a control character.
std::string Packed(const std::vector<std::string>& keys) {
  std::string line;
  std::string_view before;
  for (const std::string& key : keys) {
    const auto common = static_cast<std::size_t>(
        std::mismatch(before.begin(), before.end(), key.begin(), key.end()).first - before.begin());
    line += kBetween;
    line += std::to_string(common);
    line += ':';
    line += key.substr(common);
    before = key;
  }
  return line;
}

// Nothing when it is not such a line.
std::vector<std::string> Unpacked(std::string_view line) {
  std::vector<std::string> keys;
  std::string key;
  while (!line.empty()) {
    line.remove_prefix(1);  // the tab
    const std::string_view packed = line.substr(0, line.find(kBetween));
    std::size_t common = 0;
    const auto [end, error] = std::from_chars(packed.data(), packed.data() + packed.size(), common);
    const auto digits = static_cast<std::size_t>(end - packed.data());
    if (error != std::errc{} || common > key.size() || digits >= packed.size() ||
        packed[digits] != ':' || keys.size() == FirstPictures::kPictures) {
      return {};
    }
    key.resize(common);
    key += packed.substr(digits + 1);
    keys.push_back(key);
    line.remove_prefix(packed.size());
  }
  return keys;
}

}  // namespace

void FirstPictures::See(std::string_view actor_id, std::vector<std::string> keys) {
  if (keys.empty()) return;
  std::sort(keys.begin(), keys.end());
  if (keys.size() > kPictures) keys.resize(kPictures);
  Forget(actor_id);
  Add({.actor_id = std::string(actor_id), .line = std::string(actor_id) + Packed(keys) + kLineEnd});
}

void FirstPictures::Forget(std::string_view actor_id) {
  std::erase_if(actors_, [&](const Actor& one) {
    if (!actor_id.empty() && one.actor_id != actor_id) return false;
    bytes_ -= one.line.size();
    return true;
  });
}

void FirstPictures::Add(Actor actor) {
  bytes_ += actor.line.size();
  actors_.push_front(std::move(actor));
  while (bytes_ > max_bytes_) {
    bytes_ -= actors_.back().line.size();
    actors_.pop_back();
  }
}

std::vector<std::string> FirstPictures::Of(std::string_view actor_id) const {
  const auto found = std::find_if(actors_.begin(), actors_.end(), [actor_id](const Actor& one) {
    return one.actor_id == actor_id;
  });
  if (found == actors_.end()) return {};
  std::string_view line = found->line;
  line.remove_prefix(actor_id.size());
  line.remove_suffix(1);
  return Unpacked(line);
}

std::string FirstPictures::Text() const {
  std::string text;
  text.reserve(bytes_);
  for (const Actor& actor : actors_) text += actor.line;
  return text;
}

void FirstPictures::Read(std::string_view text) {
  // From the end: the oldest comes last.
  while (!text.empty()) {
    if (text.back() == kLineEnd) text.remove_suffix(1);
    const std::size_t begin = text.rfind(kLineEnd) + 1;  // npos + 1 is 0
    const std::string_view line = text.substr(begin);
    const std::string_view id = line.substr(0, line.find(kBetween));
    if (IsValidActorId(id)) See(id, Unpacked(line.substr(id.size())));
    text.remove_suffix(line.size());
  }
}

}  // namespace image_cache
