// Policies that know pictures only, not whose they are: what caches commonly do, to compare with.
//
// All of them as libCacheSim has them (https://github.com/1a1a11a/libCacheSim), so that its figures
// and these agree: a picture that is larger than the cache is never admitted, a hit leaves the size
// that is known, and room is made before a picture is put in.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

#include "native-server/replay/simulated_cache.h"

namespace image_cache {

// LRU and FIFO: one line, and the last in it goes first.
class QueueCache final : public SimulatedCache {
 public:
  enum class Order { kLastRequest, kArrival };

  QueueCache(std::uint64_t capacity_bytes, Order order)
      : capacity_bytes_(capacity_bytes), order_(order) {}

  bool Request(const Access& access) override;
  void Prefetch(const Access& access) override { Insert(access); }

 private:
  struct Picture {
    std::uint64_t id;
    std::uint64_t size_bytes;
  };

  void Insert(const Access& access);

  const std::uint64_t capacity_bytes_;
  const Order order_;
  std::uint64_t used_bytes_ = 0;
  std::list<Picture> line_;
  std::unordered_map<std::uint64_t, std::list<Picture>::iterator> places_;  // by id
};

// S3-FIFO (Yang et al., SOSP '23): a small line for what is new, a main one for what was asked for
// again, and the ids of what has left the small one.
class S3FifoCache final : public SimulatedCache {
 public:
  explicit S3FifoCache(std::uint64_t capacity_bytes);

  bool Request(const Access& access) override;
  void Prefetch(const Access& access) override;

 private:
  enum class Line { kSmall, kMain, kGhost };
  struct Picture {
    std::uint64_t id = 0;
    std::uint64_t size_bytes = 0;
    Line line = Line::kSmall;
    std::uint32_t requests = 0;  // since it came into its line
  };
  struct Queue {
    std::uint64_t capacity_bytes = 0;
    std::uint64_t used_bytes = 0;
    std::list<Picture> pictures;  // the newest first
  };
  using Place = std::list<Picture>::iterator;

  [[nodiscard]] Queue& At(Line line);
  void Insert(const Access& access);
  void PutInto(Line line, Picture picture);
  void MoveToFront(Place picture, Line line);
  void Drop(Place picture);
  void EvictOne();
  [[nodiscard]] bool EvictFromSmall();
  void EvictFromMain();

  const std::uint64_t capacity_bytes_;
  Queue small_, main_, ghost_;
  bool has_evicted_ = false;
  std::unordered_map<std::uint64_t, Place> places_;  // by id
};

}  // namespace image_cache
