// Each simulated cache against what its policy says, on accesses short enough to follow by hand,
// and against naive copies of LRU and FIFO on many.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>

#include "native-server/replay/actor_caches.h"
#include "native-server/replay/picture_caches.h"

namespace image_cache {
namespace {

// A '.' for each hit and a '!' for each miss. Every picture takes one byte.
std::string Play(SimulatedCache& cache, const std::string& pictures) {
  std::string outcome;
  for (const char picture : pictures) {
    const bool hit =
        cache.Request({.picture_id = static_cast<unsigned char>(picture), .size_bytes = 1});
    outcome += hit ? '.' : '!';
  }
  return outcome;
}

TEST(PictureCachesTest, LruEvictsWhatWasAskedForLongestAgo) {
  QueueCache cache(3, QueueCache::Order::kLastRequest);
  EXPECT_EQ(Play(cache, "abcadabc"), "!!!.!.!!");
}

TEST(PictureCachesTest, FifoEvictsWhatCameFirst) {
  QueueCache cache(3, QueueCache::Order::kArrival);
  EXPECT_EQ(Play(cache, "abcadbca"), "!!!.!..!");
}

TEST(PictureCachesTest, S3FifoKeepsWhatIsAskedForAgainThroughAScan) {
  S3FifoCache cache(20);
  EXPECT_EQ(Play(cache, "aaabbb"), "!..!..");
  for (std::uint64_t scanned = 1000; scanned < 1100; ++scanned) {
    EXPECT_FALSE(cache.Request({.picture_id = scanned, .size_bytes = 1}));
  }
  EXPECT_EQ(Play(cache, "ab"), "..");
  // What has just left the small line is known, and comes back into the main one.
  EXPECT_FALSE(cache.Request({.picture_id = 1090, .size_bytes = 1}));
  for (std::uint64_t scanned = 2000; scanned < 2010; ++scanned) {
    EXPECT_FALSE(cache.Request({.picture_id = scanned, .size_bytes = 1}));
  }
  EXPECT_TRUE(cache.Request({.picture_id = 1090, .size_bytes = 1}));
}

TEST(PictureCachesTest, NeverAdmitWhatIsLargerThanTheCache) {
  QueueCache lru(30, QueueCache::Order::kLastRequest);
  S3FifoCache s3_fifo(30);
  LruActorCache lru_of_actors(30);
  for (SimulatedCache* cache :
       {static_cast<SimulatedCache*>(&lru), static_cast<SimulatedCache*>(&s3_fifo),
        static_cast<SimulatedCache*>(&lru_of_actors)}) {
    EXPECT_EQ(Play(*cache, "aaa"), "!..");
    EXPECT_FALSE(cache->Request({.picture_id = 1, .size_bytes = 31}));
    EXPECT_FALSE(cache->Request({.picture_id = 1, .size_bytes = 31}));
    EXPECT_EQ(Play(*cache, "a"), ".");  // and nothing was evicted for it
  }
}

// A list that is looked through from end to end.
class NaiveQueue {
 public:
  NaiveQueue(std::uint64_t capacity, bool promotes) : capacity_(capacity), promotes_(promotes) {}

  bool Request(std::uint64_t id, std::uint64_t size) {
    const auto found = std::find_if(line_.begin(), line_.end(),
                                    [id](const auto& picture) { return picture.first == id; });
    if (found != line_.end()) {
      const auto picture = *found;
      if (promotes_) {
        line_.erase(found);
        line_.push_front(picture);
      }
      return true;
    }
    if (size > capacity_) return false;
    while (Used() + size > capacity_) line_.pop_back();
    line_.emplace_front(id, size);
    return false;
  }

 private:
  [[nodiscard]] std::uint64_t Used() const {
    std::uint64_t used = 0;
    for (const auto& picture : line_) used += picture.second;
    return used;
  }

  const std::uint64_t capacity_;
  const bool promotes_;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> line_;
};

TEST(PictureCachesTest, LruAndFifoDoWhatNaiveOnesDo) {
  for (const bool promotes : {true, false}) {
    QueueCache cache(1000,
                     promotes ? QueueCache::Order::kLastRequest : QueueCache::Order::kArrival);
    NaiveQueue naive(1000, promotes);
    std::mt19937 random(5);
    for (int i = 0; i < 20'000; ++i) {
      const std::uint64_t id = std::min(random() % 100, random() % 100);
      const std::uint64_t size = 1 + id * 7919 % 120;
      ASSERT_EQ(cache.Request({.picture_id = id, .size_bytes = size}), naive.Request(id, size))
          << i;
    }
  }
}

// Openings of actors with two pictures of one byte each: "!" when one of them was missing.
class ActorCachesTest : public testing::Test {
 protected:
  void SetUp() override { trace_.actor_ids = {"a", "b", "c", "d", "e"}; }

  static std::uint32_t Number(char actor) { return static_cast<std::uint32_t>(actor - 'a'); }

  std::string Open(SimulatedCache& cache, const std::string& actors) {
    std::string outcome;
    for (const char actor : actors) {
      ++openings_;
      bool missed = false;
      for (std::uint64_t picture = 0; picture < 2; ++picture) {
        missed |= !cache.Request({.picture_id = 2 * Number(actor) + picture,
                                  .size_bytes = 1,
                                  .actor = Number(actor),
                                  .openings = openings_,
                                  .is_opening = picture == 0});
      }
      outcome += missed ? '!' : '.';
    }
    return outcome;
  }

  ReplayedTrace trace_;
  std::uint32_t openings_ = 0;
};

TEST_F(ActorCachesTest, LruEvictsWholeActorsByTheirLastOpening) {
  LruActorCache cache(6);
  EXPECT_EQ(Open(cache, "abcadabc"), "!!!.!.!!");
}

TEST_F(ActorCachesTest, BeladyEvictsWhoIsOpenedLast) {
  const std::string openings = "abcdabcdab";
  for (const char actor : openings) trace_.future.Append(Number(actor));
  BeladyActorCache cache(6, trace_);
  // d takes the place of c, which is opened after a and b; c that of b, which is after d and a.
  EXPECT_EQ(Open(cache, openings), "!!!!..!..!");
}

TEST_F(ActorCachesTest, FrecencyKeepsTheFavourite) {
  FrecencyActorCache cache(6, trace_);
  EXPECT_EQ(Open(cache, "aaaabcdeda"), "!...!!!!..");
}

TEST_F(ActorCachesTest, FrecencyKeepsPrefetchesToTheirShare) {
  FrecencyActorCache cache(6, trace_);
  EXPECT_EQ(Open(cache, "ab"), "!!");
  for (const char actor : std::string("cde")) {
    for (std::uint64_t picture = 0; picture < 2; ++picture) {
      cache.Prefetch({.picture_id = 2 * Number(actor) + picture,
                      .size_bytes = 1,
                      .actor = Number(actor),
                      .openings = openings_});
    }
  }
  EXPECT_EQ(Open(cache, "abe"), "...");
}

TEST_F(ActorCachesTest, DoNotEvictTheOpenActorForItself) {
  LruActorCache lru(1);
  BeladyActorCache belady(1, trace_);
  FrecencyActorCache frecency(1, trace_);
  for (SimulatedCache* cache :
       {static_cast<SimulatedCache*>(&lru), static_cast<SimulatedCache*>(&belady),
        static_cast<SimulatedCache*>(&frecency)}) {
    EXPECT_EQ(Open(*cache, "aa"), "!!");  // the second picture never fits
    EXPECT_TRUE(cache->Request({.picture_id = 0, .size_bytes = 1, .openings = openings_}));
  }
}

}  // namespace
}  // namespace image_cache
