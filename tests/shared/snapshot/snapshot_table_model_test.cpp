// The table beside a map that says the same, through thousands of random changes, merges, writes
// and loads.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "shared/paths/local_path.h"
#include "shared/snapshot/snapshot_table.h"

namespace image_cache {
namespace {

struct ModelEntry {
  std::string local_path;
  std::string actor_id;
  std::uint64_t size_bytes = 0;
};
using Model = std::map<std::string, ModelEntry>;

constexpr HashSeed kSeed{.first = 7, .second = 11};

std::string KeyOf(unsigned number) {
  return "https://s3.amazonaws.com/b/" + std::to_string(number);
}
std::string ActorOf(unsigned number) { return "actor-" + std::to_string(number); }

ModelEntry RandomEntry(std::mt19937& random) {
  const std::string actor = ActorOf(random() % 40);
  std::uint64_t size = random() % 100'000;
  std::string path = LocalPath::Make(actor, random() % 3, ImageType::kPng).text();
  switch (random() % 8) {
    case 0:  // as an earlier system named it
      path = ".image-cache/images/" + actor + "/" + actor + "_abc" + std::to_string(random() % 3) +
             ".jpeg";
      break;
    case 1:  // in another actor's folder
      path = LocalPath::Make(ActorOf(99), random() % 3, ImageType::kGif).text();
      break;
    case 2:
      size += std::uint64_t{1} << 33;
      break;
    default:
      break;
  }
  return {.local_path = std::move(path), .actor_id = actor, .size_bytes = size};
}

ManifestTotals TotalsOf(const Model& model, const std::string* actor_id = nullptr) {
  ManifestTotals totals;
  for (const auto& [key, entry] : model) {
    if (actor_id != nullptr && entry.actor_id != *actor_id) continue;
    ++totals.entries;
    totals.size_bytes += entry.size_bytes;
  }
  return totals;
}

void ExpectEqual(const SnapshotTable& table, const Model& model, unsigned keys) {
  for (unsigned i = 0; i < keys; ++i) {
    const auto expected = model.find(KeyOf(i));
    const auto found = table.Find(KeyOf(i));
    ASSERT_EQ(found.has_value(), expected != model.end()) << KeyOf(i);
    if (!found) continue;
    EXPECT_EQ(found->local_path, expected->second.local_path);
    EXPECT_EQ(found->actor_id, expected->second.actor_id);
    EXPECT_EQ(found->size_bytes, expected->second.size_bytes);
  }
  EXPECT_EQ(table.Totals(), TotalsOf(model));
  for (unsigned i = 0; i < 40; ++i) {
    const std::string actor = ActorOf(i);
    EXPECT_EQ(table.ActorTotals(actor), TotalsOf(model, &actor)) << actor;
  }
}

std::size_t RemoveActor(Model& model, const std::string& actor) {
  return std::erase_if(model, [&](const auto& item) { return item.second.actor_id == actor; });
}

class SnapshotTableModelTest : public testing::TestWithParam<unsigned> {};

TEST_P(SnapshotTableModelTest, SaysWhatAMapSays) {
  std::mt19937 random(GetParam());
  const unsigned keys = GetParam() % 2 == 0 ? 300 : 9'000;
  SnapshotTable table(SnapshotInfo{.seed = kSeed});
  Model model;
  for (int round = 0; round < 12; ++round) {
    for (unsigned i = 0; i < keys; ++i) {
      const std::string key = KeyOf(random() % keys);
      const unsigned choice = random() % 1000;
      if (choice < 700) {
        const ModelEntry entry = RandomEntry(random);
        ASSERT_TRUE(table.Put(key, entry.local_path, entry.actor_id, entry.size_bytes));
        model[key] = entry;
      } else if (choice < 995) {
        EXPECT_EQ(table.Remove(key), model.erase(key) == 1);
      } else {
        const std::string actor = ActorOf(random() % 41);
        EXPECT_EQ(table.RemoveActor(actor), RemoveActor(model, actor));
      }
    }
    ExpectEqual(table, model, keys);
    if (round == 8) {
      table.Clear();
      model.clear();
    }
    if (round % 3 != 1) continue;
    const std::string bytes = table.Write();
    ExpectEqual(table, model, keys);
    auto loaded = SnapshotTable::Load(bytes);
    ASSERT_TRUE(loaded);
    table = std::move(*loaded);
    ExpectEqual(table, model, keys);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SnapshotTableModelTest, testing::Range(0U, 4U));

// However it came to be: order of the puts, detours, merges on the way.
TEST(SnapshotTableModelTest, TheSameContentGivesTheSameBytes) {
  std::mt19937 random(5);
  Model model;
  for (unsigned i = 0; i < 10'000; ++i) model[KeyOf(i)] = RandomEntry(random);
  SnapshotTable forward(SnapshotInfo{.epoch = 3, .revision = 4, .seed = kSeed});
  for (const auto& [key, entry] : model) {
    forward.Put(key, entry.local_path, entry.actor_id, entry.size_bytes);
  }
  SnapshotTable detour(SnapshotInfo{.epoch = 3, .revision = 4, .seed = kSeed});
  for (unsigned i = 0; i < 12'000; ++i) detour.Put(KeyOf(i), "p", "gone", 1);
  (void)detour.Write();
  detour.RemoveActor("gone");
  for (auto it = model.rbegin(); it != model.rend(); ++it) {
    const ModelEntry& entry = it->second;
    detour.Put(it->first, entry.local_path, entry.actor_id, entry.size_bytes);
  }
  EXPECT_EQ(forward.Write(), detour.Write());
}

}  // namespace
}  // namespace image_cache
