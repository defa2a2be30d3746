#include <gtest/gtest.h>

#include <random>
#include <string>

#include "shared/fnv1a.h"
#include "shared/little_endian.h"
#include "shared/usage/usage_model.h"

namespace image_cache {
namespace {

UsageModel Learnt(int openings) {
  UsageModel model(100);
  std::mt19937 random(2);
  for (int i = 0; i < openings; ++i) {
    model.Open("a" + std::to_string(random() % 120), i * 60'000LL);
    if (i % 3 == 0) model.Open("hub", i * 60'000LL + 1);
  }
  return model;
}

std::string Signed(std::string bytes) {
  bytes.resize(bytes.size() - 8);
  PutLittleEndian(bytes, Fnv1a(bytes));
  return bytes;
}

TEST(UsageStateTest, ComesBackAsItWas) {
  for (const int openings : {0, 1, 2, 50, 3000}) {
    UsageModel model = Learnt(openings);
    const std::string bytes = model.Serialize();
    auto read = UsageModel::Parse(bytes, 100);
    ASSERT_TRUE(read) << openings << ": " << read.error().detail;
    EXPECT_EQ(read->Serialize(), bytes);
    // It also goes on as the other does.
    for (int i = 0; i < 50; ++i) {
      model.Open("b" + std::to_string(i % 7), i);
      read->Open("b" + std::to_string(i % 7), i);
    }
    EXPECT_EQ(read->openings(), model.openings());
    const auto expected = model.Guess(3, 0), guesses = read->Guess(3, 0);
    ASSERT_EQ(guesses.size(), expected.size());
    for (std::size_t i = 0; i < guesses.size(); ++i) {
      EXPECT_EQ(guesses[i].actor_id, expected[i].actor_id);
      EXPECT_EQ(guesses[i].reason, expected[i].reason);
    }
  }
}

TEST(UsageStateTest, RefusesWhatIsCutShortOrDamaged) {
  const std::string bytes = Learnt(200).Serialize();
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_FALSE(UsageModel::Parse(bytes.substr(0, size), 100)) << size;
  }
  for (std::size_t i = 0; i < bytes.size(); i += 5) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(UsageModel::Parse(damaged, 100)) << i;
  }
  EXPECT_FALSE(UsageModel::Parse(bytes + "x", 100));
}

TEST(UsageStateTest, TellsANewerVersion) {
  std::string bytes = Learnt(5).Serialize();
  bytes[4] = 2;
  const auto read = UsageModel::Parse(Signed(bytes), 100);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, UsageStateError::kNewerVersion);
}

// Whoever can write the file can sign it, too: whatever is in it, the model stays usable.
TEST(UsageStateTest, HostileBytesWithTheRightHashAreRefusedOrHarmless) {
  const std::string bytes = Learnt(300).Serialize();
  std::mt19937 random(9);
  int taken = 0, refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string hostile = bytes;
    for (int change = 0; change < 3; ++change) {
      hostile[5 + random() % (hostile.size() - 13)] = static_cast<char>(random());
    }
    auto read = UsageModel::Parse(Signed(hostile), 100);
    ++(read ? taken : refused);
    if (!read) continue;
    for (int opening = 0; opening < 20; ++opening) {
      read->Open("n" + std::to_string(opening), opening);
      for (const UsageGuess& guess : read->Guess(5, 0)) {
        EXPECT_GE(guess.probability, 0);
        EXPECT_LE(guess.probability, 1.01);
      }
    }
  }
  EXPECT_GT(taken, 0);
  EXPECT_GT(refused, 0);
}

// Only a forged file says so: at one a second it takes 68 years.
TEST(UsageStateTest, BeginsAnewWhereItsClockWouldGoRound) {
  const auto said_to_be_at = [](std::uint32_t openings) {
    std::string number;
    PutLittleEndian(number, openings);
    return UsageModel::Parse(Signed(Learnt(50).Serialize().replace(5, 4, number)), 100);
  };
  constexpr std::uint32_t kMost = std::uint32_t{1} << 31;
  EXPECT_FALSE(said_to_be_at(kMost + 1));
  auto read = said_to_be_at(kMost - 1);
  ASSERT_TRUE(read);
  for (const std::uint32_t openings : {kMost, 1U, 2U}) {
    read->Open("n" + std::to_string(openings), 0);
    EXPECT_EQ(read->openings(), openings);
    EXPECT_TRUE(UsageModel::Parse(read->Serialize(), 100));
  }
  EXPECT_EQ(read->actors(), 2);
}

TEST(UsageStateTest, RefusesMoreActorsThanThereIsRoomFor) {
  EXPECT_FALSE(UsageModel::Parse(Learnt(500).Serialize(), 10));
}

}  // namespace
}  // namespace image_cache
