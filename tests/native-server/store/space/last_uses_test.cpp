#include "native-server/store/space/last_uses.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

TEST(LastUsesTest, OfTheTimeBeforeItBeganNobodyIsCold) {
  const LastUses uses(1000);
  EXPECT_FALSE(uses.IsUnusedSince("a", 1000));
  EXPECT_TRUE(uses.IsUnusedSince("a", 1001));
}

TEST(LastUsesTest, WhoWasOpenedIsColdOnlyWhenThatIsLongAgo) {
  LastUses uses(1000);
  uses.Note("a", 5000);
  uses.Note("b", 6000);
  EXPECT_FALSE(uses.IsUnusedSince("a", 5000));
  EXPECT_TRUE(uses.IsUnusedSince("a", 5001));
}

TEST(LastUsesTest, TheOpenActorIsNeverCold) {
  LastUses uses(1000);
  uses.Note("a", 5000);
  EXPECT_FALSE(uses.IsUnusedSince("a", 99'000));
  uses.Note("b", 6000);
  EXPECT_TRUE(uses.IsUnusedSince("a", 99'000));
}

TEST(LastUsesTest, ItsStateIsReadBack) {
  LastUses uses(1000);
  uses.Note("a", 5000);
  uses.Note("b.c-d", 6000);
  EXPECT_TRUE(uses.TakeChanged());
  EXPECT_FALSE(uses.TakeChanged());
  LastUses restored(9000);
  ASSERT_TRUE(restored.Restore(uses.State()));
  EXPECT_EQ(restored.State(), uses.State());
  EXPECT_TRUE(restored.IsUnusedSince("unknown", 1001));
  EXPECT_FALSE(restored.IsUnusedSince("a", 5000));
}

TEST(LastUsesTest, WhatIsNoStateChangesNothing) {
  LastUses uses(1000);
  uses.Note("a", 5000);
  const std::string before = uses.State();
  for (const char* broken : {"", "x\n", "1000", "1000\n5000\n", "1000\n5000 ../a\n", "1000 a\n",
                             "1000\nx a\n", "99999999999999999999\n"}) {
    EXPECT_FALSE(uses.Restore(broken)) << broken;
    EXPECT_EQ(uses.State(), before);
  }
}

TEST(LastUsesTest, WhoIsForgottenCountsAsOpenedLaterAndNeverEarlier) {
  LastUses uses(0);
  for (std::size_t i = 0; i <= LastUses::kMaxActors; ++i) {
    uses.Note("a" + std::to_string(i), static_cast<std::int64_t>(i) + 1);
  }
  EXPECT_LE(uses.actors(), LastUses::kMaxActors);
  EXPECT_FALSE(uses.IsUnusedSince("a0", LastUses::kMaxActors / 2));
  EXPECT_TRUE(uses.IsUnusedSince("a0", LastUses::kMaxActors));
}

}  // namespace
}  // namespace image_cache
