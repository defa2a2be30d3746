// The table against std::multimap, with hashes from all different to all the same.
#include "shared/manifest/pointer_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace image_cache {
namespace {

struct Item {
  std::uint32_t hash = 0;
  std::uint32_t number = 0;
};

std::vector<const Item*> Contents(const PointerTable<Item>& table) {
  std::vector<const Item*> items;
  table.ForEach([&items](const Item& item) { items.push_back(&item); });
  std::sort(items.begin(), items.end());
  return items;
}

struct Spread {
  std::string name;
  std::function<std::uint32_t(std::uint32_t)> hash;
};

class PointerTableModelTest : public testing::TestWithParam<Spread> {
 protected:
  static constexpr std::uint32_t kItems = 700;

  PointerTableModelTest() {
    for (std::uint32_t i = 0; i < kItems; ++i) {
      items_.push_back({.hash = GetParam().hash(i), .number = i});
    }
  }

  static Item* Find(const PointerTable<Item>& table, const Item& item) {
    return table.Find(item.hash, [&](const Item& other) { return other.number == item.number; });
  }

  void ExpectEqual(const PointerTable<Item>& table, const std::map<std::uint32_t, Item*>& model) {
    std::vector<const Item*> expected;
    for (const auto& [number, item] : model) expected.push_back(item);
    ASSERT_EQ(Contents(table), expected);  // the items lie in the order of their numbers
    ASSERT_EQ(table.size(), model.size());
    for (Item& item : items_) {
      ASSERT_EQ(Find(table, item), model.count(item.number) != 0 ? &item : nullptr) << item.number;
    }
  }

  std::vector<Item> items_;
};

TEST_P(PointerTableModelTest, DoesWhatAMapDoes) {
  std::mt19937 random(20240217);  // its numbers are the same everywhere
  PointerTable<Item> table;
  std::map<std::uint32_t, Item*> model;
  // Grows and shrinks in turn, so that every size is reached from both sides.
  for (int step = 0; step < 6000; ++step) {
    const bool growing = step / 1000 % 2 == 0;
    Item& item = items_[random() % kItems];
    if (random() % 100 < (growing ? 80U : 20U)) {
      if (model.emplace(item.number, &item).second) table.Insert(item.hash, &item);
    } else {
      ASSERT_EQ(table.Erase(item.hash, &item), model.erase(item.number) != 0) << "step " << step;
    }
    if (step % 50 == 0) {
      SCOPED_TRACE("step " + std::to_string(step));
      ASSERT_NO_FATAL_FAILURE(ExpectEqual(table, model));
    }
  }
  ASSERT_NO_FATAL_FAILURE(ExpectEqual(table, model));
  for (const auto& [number, item] : model) ASSERT_TRUE(table.Erase(item->hash, item));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_TRUE(Contents(table).empty());
}

INSTANTIATE_TEST_SUITE_P(
    Hashes, PointerTableModelTest,
    testing::Values(Spread{"Good", [](std::uint32_t i) { return i * 2654435761U; }},
                    Spread{"OneShard", [](std::uint32_t i) { return i * 2654435761U >> 8; }},
                    Spread{"LastHomes", [](std::uint32_t i) { return ~(i * 2654435761U >> 16); }},
                    Spread{"Seven", [](std::uint32_t i) { return i % 7 * 0x11111111U; }},
                    Spread{"AllZero", [](std::uint32_t) { return 0U; }},
                    Spread{"AllOnes", [](std::uint32_t) { return ~0U; }}),
    [](const auto& spread) { return spread.param.name; });

TEST(PointerTableTest, FindsNothingWhenItIsEmpty) {
  PointerTable<Item> table;
  const Item item;
  const auto any = [](const Item&) { return true; };
  EXPECT_EQ(table.Find(0, any), nullptr);
  EXPECT_FALSE(table.Erase(0, &item));
  table.Reserve(1000);
  EXPECT_EQ(table.Find(~0U, any), nullptr);
  EXPECT_EQ(table.size(), 0u);
}

TEST(PointerTableTest, TellsEqualHashesApart) {
  PointerTable<Item> table;
  Item a{.hash = 5, .number = 1}, b{.hash = 5, .number = 2};
  table.Insert(5, &a);
  table.Insert(5, &b);
  EXPECT_EQ(table.Find(5, [](const Item& item) { return item.number == 2; }), &b);
  EXPECT_TRUE(table.Erase(5, &a));
  EXPECT_FALSE(table.Erase(5, &a));
  EXPECT_EQ(table.Find(5, [](const Item&) { return true; }), &b);
}

TEST(PointerTableTest, KeepsWhatItHasWhenRoomIsMadeAndForgetsItWhenCleared) {
  PointerTable<Item> table;
  Item item{.hash = 0x80000001U, .number = 1};
  table.Insert(item.hash, &item);
  table.Reserve(100000);
  EXPECT_EQ(Contents(table), std::vector<const Item*>{&item});
  table.Clear();
  EXPECT_TRUE(Contents(table).empty());
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace image_cache
