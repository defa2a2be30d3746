#include "shared/usage/actor_table.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

TEST(ActorTableTest, OrdersDigitsAsNumbers) {
  EXPECT_TRUE(ComesBefore("9", "10"));
  EXPECT_TRUE(ComesBefore("a9b", "a10a"));
  EXPECT_TRUE(ComesBefore("0009", "0010"));
  EXPECT_TRUE(ComesBefore("a", "b"));
  EXPECT_TRUE(ComesBefore("a", "a1"));
  EXPECT_FALSE(ComesBefore("a1", "a"));
  EXPECT_NE(ComesBefore("01", "1"), ComesBefore("1", "01"));
  EXPECT_FALSE(ComesBefore("7", "7"));
}

TEST(ActorTableTest, FindsByIdAndWalksTheListWhateverTheOrderOfArrival) {
  ActorTable table;
  for (const char* id : {"30", "4", "200", "1"}) table.Add(id);
  EXPECT_EQ(table.IdOf(table.Find("200")), "200");
  EXPECT_EQ(table.Find("5"), kNoSlot);
  EXPECT_EQ(table.StepBetween(table.Find("1"), table.Find("200")), 3);
  EXPECT_EQ(table.AtStep(table.Find("4"), 1), table.Find("30"));
  EXPECT_EQ(table.AtStep(table.Find("4"), -1), table.Find("1"));
  EXPECT_EQ(table.AtStep(table.Find("1"), -1), kNoSlot);
  EXPECT_EQ(table.AtStep(table.Find("200"), 1), kNoSlot);
}

TEST(ActorTableTest, GivesANumberToAnotherActor) {
  ActorTable table;
  for (int i = 0; i < 20; ++i) table.Add("actor" + std::to_string(i));
  const UsageSlot slot = table.Find("actor7");
  table.Replace(slot, "b");
  EXPECT_EQ(table.Find("actor7"), kNoSlot);
  EXPECT_EQ(table.Find("b"), slot);
  EXPECT_EQ(table.size(), 20U);
  for (int i = 8; i < 20; ++i) {
    const std::string id = "actor" + std::to_string(i);
    EXPECT_EQ(table.IdOf(table.Find(id)), id);
  }
  EXPECT_EQ(table.AtStep(table.Find("actor6"), 1), table.Find("actor8"));
}

}  // namespace
}  // namespace image_cache
