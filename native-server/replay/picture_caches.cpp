#include "native-server/replay/picture_caches.h"

#include <algorithm>
#include <iterator>

namespace image_cache {
namespace {

// As the paper and libCacheSim have them.
constexpr std::uint64_t kSmallPercent = 10;
constexpr std::uint64_t kGhostPercent = 90;
constexpr std::uint32_t kRequestsToMove = 2;
constexpr std::uint32_t kMostRequests = 3;

}  // namespace

bool QueueCache::Request(const Access& access) {
  const auto found = places_.find(access.picture_id);
  if (found == places_.end()) {
    Insert(access);
    return false;
  }
  if (order_ == Order::kLastRequest) line_.splice(line_.begin(), line_, found->second);
  return true;
}

void QueueCache::Insert(const Access& access) {
  if (access.size_bytes > capacity_bytes_ || places_.count(access.picture_id) > 0) return;
  while (used_bytes_ + access.size_bytes > capacity_bytes_) {
    used_bytes_ -= line_.back().size_bytes;
    places_.erase(line_.back().id);
    line_.pop_back();
  }
  line_.push_front({.id = access.picture_id, .size_bytes = access.size_bytes});
  places_[access.picture_id] = line_.begin();
  used_bytes_ += access.size_bytes;
}

S3FifoCache::S3FifoCache(std::uint64_t capacity_bytes) : capacity_bytes_(capacity_bytes) {
  small_.capacity_bytes = capacity_bytes * kSmallPercent / 100;
  main_.capacity_bytes = capacity_bytes - small_.capacity_bytes;
  ghost_.capacity_bytes = capacity_bytes * kGhostPercent / 100;
}

S3FifoCache::Queue& S3FifoCache::At(Line line) {
  if (line == Line::kSmall) return small_;
  return line == Line::kMain ? main_ : ghost_;
}

bool S3FifoCache::Request(const Access& access) {
  const auto found = places_.find(access.picture_id);
  if (found != places_.end() && found->second->line != Line::kGhost) {
    ++found->second->requests;
    return true;
  }
  Insert(access);
  return false;
}

void S3FifoCache::Prefetch(const Access& access) {
  const auto found = places_.find(access.picture_id);
  if (found == places_.end() || found->second->line == Line::kGhost) Insert(access);
}

void S3FifoCache::Insert(const Access& access) {
  if (access.size_bytes > capacity_bytes_) return;
  const auto ghost = places_.find(access.picture_id);
  const bool was_evicted = ghost != places_.end();
  if (was_evicted) Drop(ghost->second);
  while (small_.used_bytes + main_.used_bytes + access.size_bytes > capacity_bytes_) EvictOne();
  const Picture picture{.id = access.picture_id, .size_bytes = access.size_bytes};
  if (was_evicted) {
    PutInto(Line::kMain, picture);
  } else if (access.size_bytes < small_.capacity_bytes) {
    // Until something had to go, the main line is filled as well.
    const bool is_filling = !has_evicted_ && small_.used_bytes >= small_.capacity_bytes;
    PutInto(is_filling ? Line::kMain : Line::kSmall, picture);
  }
}

void S3FifoCache::PutInto(Line line, Picture picture) {
  Queue& queue = At(line);
  picture.line = line;
  queue.pictures.push_front(picture);
  queue.used_bytes += picture.size_bytes;
  places_[picture.id] = queue.pictures.begin();
}

void S3FifoCache::MoveToFront(Place picture, Line line) {
  Queue& from = At(picture->line);
  Queue& to = At(line);
  from.used_bytes -= picture->size_bytes;
  to.used_bytes += picture->size_bytes;
  picture->line = line;
  to.pictures.splice(to.pictures.begin(), from.pictures, picture);
}

void S3FifoCache::Drop(Place picture) {
  Queue& queue = At(picture->line);
  queue.used_bytes -= picture->size_bytes;
  places_.erase(picture->id);
  queue.pictures.erase(picture);
}

void S3FifoCache::EvictOne() {
  has_evicted_ = true;
  const bool main_is_over = main_.used_bytes > main_.capacity_bytes;
  if (main_is_over || small_.pictures.empty() || !EvictFromSmall()) EvictFromMain();
}

// False when all of them have moved to the main line instead.
bool S3FifoCache::EvictFromSmall() {
  while (!small_.pictures.empty()) {
    const Place last = std::prev(small_.pictures.end());
    const bool moves = last->requests >= kRequestsToMove;
    last->requests = 0;
    MoveToFront(last, moves ? Line::kMain : Line::kGhost);
    if (moves) continue;
    while (ghost_.used_bytes > ghost_.capacity_bytes) Drop(std::prev(ghost_.pictures.end()));
    return true;
  }
  return false;
}

void S3FifoCache::EvictFromMain() {
  while (!main_.pictures.empty()) {
    const Place last = std::prev(main_.pictures.end());
    if (last->requests == 0) {
      Drop(last);
      return;
    }
    last->requests = std::min(last->requests, kMostRequests) - 1;
    MoveToFront(last, Line::kMain);
  }
}

}  // namespace image_cache
