#include "shared/eviction/eviction_state.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "shared/fnv1a.h"

namespace image_cache {
namespace {

EvictionState SomeState() {
  EvictionState state{.openings = 300, .actors = {}};
  for (int i = 0; i < 20; ++i) {
    Frecency frecency;
    for (int opening = 1; opening <= 3; ++opening) {
      frecency.Open(static_cast<std::uint32_t>(i + 100 * opening - 20));
    }
    state.actors.push_back({.id = "actor-" + std::to_string(i), .frecency = frecency});
  }
  return state;
}

// Makes the hash at the end right again, so that what is behind it is looked at.
std::string Rehashed(std::string bytes) {
  bytes.resize(bytes.size() - 8);
  const std::uint64_t hash = Fnv1a(bytes);
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(static_cast<unsigned char>(hash >> 8 * i));
  return bytes;
}

void ExpectRefused(const std::string& bytes, const std::string& why) {
  const auto read = ReadEvictionState(bytes);
  ASSERT_FALSE(read) << why;
  EXPECT_EQ(read.error().code, EvictionStateError::kNotOurs) << why;
}

TEST(EvictionStateTest, ReadsWhatItWrote) {
  for (const EvictionState& state : {SomeState(), EvictionState{}}) {
    const auto read = ReadEvictionState(WriteEvictionState(state));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, state);
  }
}

TEST(EvictionStateTest, TakesTwentyOneBytesBesideTheId) {
  EvictionState one{.openings = 1, .actors = {{.id = "0001", .frecency = {}}}};
  EXPECT_EQ(WriteEvictionState(one).size() - WriteEvictionState({}).size(), 4U + 21U);
}

TEST(EvictionStateTest, RefusesEveryShorterAndEveryLongerText) {
  const std::string bytes = WriteEvictionState(SomeState());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ExpectRefused(bytes.substr(0, size), "the first " + std::to_string(size));
    if (size < 8) continue;
    EXPECT_FALSE(ReadEvictionState(Rehashed(bytes.substr(0, size)))) << "rehashed, of " << size;
  }
  ExpectRefused(bytes + '\0', "longer");
  ExpectRefused(Rehashed(bytes + '\0'), "longer and rehashed");
}

TEST(EvictionStateTest, RefusesEveryFlippedBit) {
  const std::string bytes = WriteEvictionState(SomeState());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      EXPECT_FALSE(ReadEvictionState(damaged)) << "byte " << at << ", bit " << bit;
    }
  }
}

TEST(EvictionStateTest, SaysWhenAProgramIsTooOld) {
  std::string bytes = WriteEvictionState(SomeState());
  bytes[4] = 2;
  const auto read = ReadEvictionState(Rehashed(bytes));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, EvictionStateError::kNewerVersion);
}

TEST(EvictionStateTest, RefusesWhatThePolicyCannotHaveWritten) {
  EvictionState twice = SomeState();
  twice.actors.push_back(twice.actors.front());
  ExpectRefused(WriteEvictionState(twice), "an actor twice");
  EvictionState future = SomeState();
  future.actors[3].frecency.last_opening = 301;
  ExpectRefused(WriteEvictionState(future), "opened in the future");
  EvictionState endless = SomeState();
  endless.actors[3].frecency.counts[0] = 1000;
  ExpectRefused(WriteEvictionState(endless), "more openings than there can have been");
  for (const char* id : {"", ".hidden", "a/b"}) {
    EvictionState named = SomeState();
    named.actors[3].id = id;
    ExpectRefused(WriteEvictionState(named), id);
  }
}

}  // namespace
}  // namespace image_cache
