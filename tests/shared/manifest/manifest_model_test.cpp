// The manifest against a naive model of it: a sorted map, looked through from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "shared/manifest/manifest.h"

namespace image_cache {
namespace {

class Model {
 public:
  void Put(const Entry& entry) {
    const auto known = entries_.find(entry.s3_url);
    if (known != entries_.end() && known->second == entry) return;
    entries_[entry.s3_url] = entry;
    ++revision;
  }
  template <typename Predicate>
  std::vector<Entry> RemoveIf(Predicate predicate) {
    std::vector<Entry> removed;
    for (const auto& [key, entry] : entries_) {
      if (predicate(entry)) removed.push_back(entry);
    }
    for (const Entry& entry : removed) entries_.erase(entry.s3_url);
    if (!removed.empty()) ++revision;
    return removed;
  }
  template <typename Predicate>
  std::vector<Entry> Select(Predicate predicate) const {
    std::vector<Entry> selected;
    for (const auto& [key, entry] : entries_) {
      if (predicate(entry)) selected.push_back(entry);
    }
    return selected;
  }

  std::uint64_t revision = 0;

 private:
  std::map<std::string, Entry> entries_;
};

std::vector<Entry> Sorted(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.s3_url < b.s3_url; });
  return entries;
}

std::vector<Entry> EntriesOf(const Manifest& manifest) {
  std::vector<Entry> entries;
  manifest.ForEach([&](EntryView entry) { entries.push_back(entry.ToEntry()); });
  return Sorted(std::move(entries));
}

ManifestTotals Sum(const std::vector<Entry>& entries) {
  ManifestTotals totals{.entries = entries.size(), .size_bytes = 0};
  for (const Entry& entry : entries) totals.size_bytes += entry.size_bytes;
  return totals;
}

class ManifestModelTest : public testing::TestWithParam<unsigned> {
 protected:
  // A generator's numbers are the same everywhere; a distribution's are not.
  unsigned Below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  std::string SomeActor() { return "actor" + std::to_string(Below(4)); }
  std::string SomeKey() {
    const std::string name = std::to_string(Below(30));
    return Below(2) == 0 ? "k" + name
                         : "https://s3.amazonaws.com/" + std::string(Below(3), 'b') + "/picture-" +
                               name + ".jpg";
  }

  // Each text in some of the forms that it is packed in.
  Entry SomeEntry() {
    const std::string actor = SomeActor();
    const std::string file[] = {"", "_1f0c9b2ad3e4556" + std::to_string(Below(4)) + ".jpg",
                                "_x.png"};
    const std::string etags[] = {"", "\"0a1b\"", "W/\"0a1b\"", "\"0a1b-2\""};
    return {.s3_url = SomeKey(),
            .local_path = ".image-cache/images/" + actor + "/" + actor + file[Below(3)],
            .actor_id = actor,
            .filename = Below(2) == 0 ? "picture-1.jpg" : "7",
            .etag = etags[Below(4)],
            .sha256 = Below(2) == 0 ? std::string() : std::string(64, "0f"[Below(2)]),
            .cached_at_ms = Below(2),
            .size_bytes = Below(3)};
  }

  void ExpectEqual(const Manifest& manifest, const Model& model) {
    const auto every = [](const Entry&) { return true; };
    const std::vector<Entry> all = EntriesOf(manifest);
    ASSERT_EQ(all, model.Select(every));
    ASSERT_EQ(manifest.Totals(), Sum(all));
    ASSERT_EQ(manifest.revision(), model.revision);
    std::vector<std::string> actor_ids;
    for (unsigned i = 0; i < 4; ++i) {
      const std::string actor = "actor" + std::to_string(i);
      std::vector<Entry> of_actor;
      manifest.ForEachOfActor(actor, [&](EntryView entry) { of_actor.push_back(entry.ToEntry()); });
      ASSERT_EQ(Sorted(of_actor),
                model.Select([&](const Entry& e) { return e.actor_id == actor; }));
      ASSERT_EQ(manifest.ActorTotals(actor), Sum(of_actor));
      if (!of_actor.empty()) actor_ids.push_back(actor);
    }
    ASSERT_EQ(manifest.ActorIds(), actor_ids);
    for (const Entry& entry : all) {
      ASSERT_TRUE(manifest.Find(entry.s3_url));
      ASSERT_EQ(manifest.Find(entry.s3_url)->ToEntry(), entry);
    }
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(ManifestModelTest, DoesWhatTheModelDoes) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Manifest manifest;
  Model model;
  for (int step = 0; step < 2000; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const unsigned action = Below(100);
    if (action < 70) {
      const Entry entry = SomeEntry();
      const Entry now_there = manifest.Put(entry).ToEntry();
      ASSERT_EQ(now_there, entry);
      model.Put(entry);
    } else if (action < 95) {
      const std::string key = SomeKey();
      ASSERT_EQ(manifest.Remove(key),
                model.RemoveIf([&](const Entry& e) { return e.s3_url == key; }));
    } else if (action < 99) {
      const std::string actor = SomeActor();
      ASSERT_EQ(Sorted(manifest.RemoveActor(actor)),
                model.RemoveIf([&](const Entry& e) { return e.actor_id == actor; }));
    } else {
      ASSERT_EQ(EntriesOf(manifest.TakeAll()), model.RemoveIf([](const Entry&) { return true; }));
    }
    ASSERT_NO_FATAL_FAILURE(ExpectEqual(manifest, model));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ManifestModelTest, testing::Values(1u, 2u, 3u, 20240217u));

}  // namespace
}  // namespace image_cache
