#include "shared/usage/usage_model.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

namespace image_cache {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;

std::string Numbered(int number) {
  const std::string digits = std::to_string(number);
  return std::string(4 - digits.size(), '0') + digits;
}

double ProbabilityOf(const std::vector<UsageGuess>& guesses, const std::string& actor_id) {
  for (const UsageGuess& guess : guesses) {
    if (guess.actor_id == actor_id) return guess.probability;
  }
  return 0;
}

TEST(UsageModelTest, KnowsNothingAtFirst) {
  const UsageModel model;
  EXPECT_TRUE(model.Guess(5, 0).empty());
  EXPECT_TRUE(model.GuessAfter("a", 5, 0).empty());
  EXPECT_EQ(model.open_actor(), "");
}

TEST(UsageModelTest, GuessesWhoIsOpenedAfterWhomAndSaysWhy) {
  UsageModel model;
  std::mt19937 random(1);
  std::int64_t now_ms = 0;
  const auto open = [&](const std::string& id) { model.Open(id, now_ms += kMinuteMs); };
  for (int i = 0; i < 30; ++i) {
    open("other" + std::to_string(random() % 40 * 7));
    open("one");
    open("two");
  }
  open("one");
  const auto guesses = model.Guess(3, now_ms);
  ASSERT_FALSE(guesses.empty());
  EXPECT_EQ(guesses[0].actor_id, "two");
  EXPECT_GT(guesses[0].probability, 0.5);
  EXPECT_EQ(guesses[0].reason.find("opened after "), 0U) << guesses[0].reason;
  for (const UsageGuess& guess : guesses) EXPECT_NE(guess.actor_id, "one");
}

TEST(UsageModelTest, CountsTheVisitsInItsReason) {
  UsageModel model;
  std::int64_t now_ms = 0;
  const auto open = [&](const std::string& id) { model.Open(id, now_ms += kMinuteMs); };
  for (int i = 0; i < 10; ++i) {
    open("w" + std::to_string(i * 3));  // always somebody else: no context of two repeats
    open("hub");
    open(i % 5 == 4 ? "rare" : "usual");
  }
  const auto guesses = model.GuessAfter("hub", 1, now_ms);
  ASSERT_EQ(guesses.size(), 1U);
  EXPECT_EQ(guesses[0].actor_id, "usual");
  EXPECT_EQ(guesses[0].reason, "opened after hub in 7 of 9 visits");  // older ones count less
}

TEST(UsageModelTest, WalksAListOfActorsThatWereNeverOpened) {
  UsageModel model;
  for (int i = 0; i < 100; ++i) model.Hear(Numbered(i));
  for (int i = 0; i < 30; ++i) model.Open(Numbered(i), i * kMinuteMs);
  const auto guesses = model.Guess(1, 30 * kMinuteMs);
  ASSERT_EQ(guesses.size(), 1U);
  EXPECT_EQ(guesses[0].actor_id, Numbered(30));
  EXPECT_GT(guesses[0].probability, 0.5);
  EXPECT_EQ(guesses[0].because, UsageExpert::kStep);
  EXPECT_EQ(guesses[0].reason.find("right after 0029 in the list"), 0U) << guesses[0].reason;
}

TEST(UsageModelTest, PrefersAtBreakfastWhatIsOpenedAtBreakfast) {
  UsageModel model;
  std::mt19937 random(3);
  for (int day = 0; day < 60; ++day) {
    for (int i = 0; i < 4; ++i) {
      const std::int64_t minute = day * 24 * 60 + i;
      model.Open("m" + std::to_string(random() % 6), (minute + 8 * 60) * kMinuteMs);
      model.Open("e" + std::to_string(random() % 6), (minute + 20 * 60) * kMinuteMs);
    }
  }
  const std::int64_t tomorrow_ms = 60 * 24 * kHourMs;
  const auto at_eight = model.Likely(12, tomorrow_ms + 8 * kHourMs);
  const auto at_twenty = model.Likely(12, tomorrow_ms + 20 * kHourMs);
  EXPECT_GT(ProbabilityOf(at_eight, "m1"), ProbabilityOf(at_twenty, "m1"));
  EXPECT_LT(ProbabilityOf(at_eight, "e1"), ProbabilityOf(at_twenty, "e1"));
}

TEST(UsageModelTest, OpeningTheOpenOneAgainTellsNothing) {
  UsageModel model;
  model.Open("a", 0);
  model.Open("a", 1);
  EXPECT_EQ(model.openings(), 1U);
}

TEST(UsageModelTest, ItsProbabilitiesAddUpToNoMoreThanOne) {
  UsageModel model;
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) model.Open(Numbered(static_cast<int>(random() % 50)), i);
  double sum = 0;
  for (const UsageGuess& guess : model.Guess(100, 3000)) sum += guess.probability;
  EXPECT_LE(sum, 1.05);  // counts are kept in 16 bits
  EXPECT_GT(sum, 0.8);
}

TEST(UsageModelTest, TakesAtMost64KilobytesForAThousandActors) {
  UsageModel model;
  std::mt19937 random(5);
  for (int i = 0; i < 50'000; ++i) {
    const int number = i < 1000 ? i : static_cast<int>(random() % 1000);
    model.Open("act" + Numbered(number), i * kMinuteMs);
  }
  EXPECT_EQ(model.actors(), 1000U);
  EXPECT_LE(model.memory_bytes(), 64U * 1024 * 1024 / 1000 + 2048);
  UsageModel exact(1000);
  for (int i = 0; i < 1000; ++i) exact.Open("act" + Numbered(i), i * kMinuteMs);
  EXPECT_LE(exact.memory_bytes(), 64U * 1024);
}

TEST(UsageModelTest, ForgetsTheLeastOpenedBeyondItsBoundAndHearsNoMore) {
  UsageModel model(50);
  for (int i = 0; i < 40; ++i) model.Open(i % 2 == 0 ? "often" : "too", i);
  for (int i = 0; i < 500; ++i) model.Open(Numbered(i), 100 + i);
  EXPECT_EQ(model.actors(), 50U);
  model.Hear("new");
  EXPECT_EQ(model.actors(), 50U);
  EXPECT_GT(ProbabilityOf(model.Likely(60, 1000), "often"), 0);
  EXPECT_TRUE(model.GuessAfter("0001", 60, 1000).size() <= 50);
  const std::size_t bytes = model.memory_bytes();
  for (int i = 500; i < 3000; ++i) model.Open(Numbered(i), 1000 + i);
  EXPECT_EQ(model.memory_bytes(), bytes);
}

TEST(UsageModelTest, TheSameOpeningsMakeTheSameModel) {
  const auto make = [] {
    UsageModel model(200);
    std::mt19937 random(11);
    for (int i = 0; i < 2000; ++i) model.Open(Numbered(static_cast<int>(random() % 300)), i);
    return model.Serialize();
  };
  EXPECT_EQ(make(), make());
}

}  // namespace
}  // namespace image_cache
