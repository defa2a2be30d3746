#include "shared/eviction/eviction_policy.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

namespace image_cache {
namespace {

bool NobodyIsPinned(const std::string& /*actor_id*/) { return false; }

std::string Name(int i) { return "actor-" + std::to_string(i); }

std::string Evict(EvictionPolicy& policy,
                  const EvictionPolicy::IsPinned& is_pinned = NobodyIsPinned) {
  const std::string* victim = policy.ChooseVictim(is_pinned);
  if (victim == nullptr) return {};
  const std::string id = *victim;
  policy.RemoveBytes(id, policy.BytesOf(id));
  return id;
}

TEST(EvictionPolicyTest, EvictsTheLowestScoreFirst) {
  EvictionPolicy policy({});
  for (const char* actor : {"rarely", "often", "often", "often", "lately"}) {
    policy.NoteOpening(actor);
  }
  for (const char* actor : {"often", "lately", "rarely"}) policy.AddBytes(actor, 100);
  EXPECT_EQ(Evict(policy), "rarely");
  EXPECT_EQ(Evict(policy), "lately");
  EXPECT_EQ(Evict(policy), "often");
  EXPECT_EQ(Evict(policy), "");
  EXPECT_EQ(policy.actors(), 0U);
}

TEST(EvictionPolicyTest, TellsHowAnActorStands) {
  EvictionPolicy policy({});
  for (const char* actor : {"often", "often", "lately"}) policy.NoteOpening(actor);
  for (const char* actor : {"often", "lately", "prefetched"}) policy.AddBytes(actor, 100);
  const auto often = policy.StandingOf("often");
  const auto lately = policy.StandingOf("lately");
  ASSERT_TRUE(often && lately);
  EXPECT_GT(often->score, lately->score);
  EXPECT_EQ(often->openings_ago, 1U);
  EXPECT_EQ(lately->openings_ago, 0U);
  EXPECT_FALSE(policy.StandingOf("prefetched"));
  EXPECT_FALSE(policy.StandingOf("nobody"));
}

TEST(EvictionPolicyTest, KeepsAFavouriteThatAPassingCrowdWouldPushOutOfALineByRecency) {
  EvictionPolicy policy({});
  policy.AddBytes("favourite", 1);
  for (int i = 0; i < 20; ++i) policy.NoteOpening("favourite");
  for (int i = 0; i < 50; ++i) {
    policy.AddBytes(Name(i), 1);
    policy.NoteOpening(Name(i));
  }
  for (int i = 0; i < 40; ++i) EXPECT_NE(Evict(policy), "favourite");
}

TEST(EvictionPolicyTest, EvictsNobodyWhoIsPinned) {
  EvictionPolicy policy({});
  for (int i = 0; i < 200; ++i) {
    policy.NoteOpening(Name(i));
    policy.AddBytes(Name(i), 1);
  }
  policy.AddBytes("prefetched", 1);
  const auto all_but_one = [](const std::string& actor) { return actor != Name(150); };
  EXPECT_EQ(Evict(policy, all_but_one), Name(150));
  EXPECT_EQ(Evict(policy, all_but_one), "");
  EXPECT_EQ(Evict(policy, [](const std::string& actor) { return actor != "prefetched"; }),
            "prefetched");
}

TEST(EvictionPolicyTest, LooksAtABoundedSampleHoweverManyThereAre) {
  for (const int actors : {1'000, 100'000}) {
    EvictionPolicy policy({});
    for (int i = 0; i < actors; ++i) {
      policy.NoteOpening(Name(i));
      policy.AddBytes(Name(i), 1);
    }
    for (int i = 0; i < 100; ++i) {
      std::size_t looks = 0;
      const std::string victim = Evict(policy, [&looks](const std::string&) {
        ++looks;
        return false;
      });
      EXPECT_NE(victim, "");
      EXPECT_LE(looks, EvictionPolicy::kSampledActors);
    }
  }
}

TEST(EvictionPolicyTest, EvictsFromTheLowestTenthWhenItSamples) {
  EvictionPolicy policy({});
  constexpr int kActors = 10'000;
  for (int i = 0; i < kActors; ++i) {
    policy.AddBytes(Name(i), 1);
    policy.NoteOpening(Name(i));
  }
  // Opened one after the other, so the score grows with the number. 64 samples all miss the lowest
  // tenth about once in a thousand evictions.
  int higher = 0;
  for (int i = 0; i < 500; ++i) {
    higher += std::stoi(Evict(policy).substr(6)) < kActors / 10 + 500 ? 0 : 1;
  }
  EXPECT_LE(higher, 5);
}

TEST(EvictionPolicyTest, PutsOutTheFirstOnProbationWhileTheyHoldMoreThanTheirShare) {
  EvictionPolicy policy({.probation_bytes = 200});
  policy.NoteOpening("opened");
  policy.AddBytes("opened", 700);
  for (const char* actor : {"first", "second", "third"}) policy.AddBytes(actor, 100);
  EXPECT_EQ(policy.probation_bytes(), 300U);
  EXPECT_EQ(Evict(policy), "first");
  EXPECT_EQ(policy.probation_bytes(), 200U);
  EXPECT_EQ(Evict(policy), "opened");  // they hold their share, and nobody looks at this one
  EXPECT_EQ(Evict(policy), "second");
}

TEST(EvictionPolicyTest, EndsProbationWhenAPersonOpensTheActor) {
  EvictionPolicy policy({.probation_bytes = 0});
  policy.AddBytes("guessed-right", 100);
  policy.AddBytes("guessed-wrong", 100);
  policy.NoteOpening("guessed-right");
  EXPECT_EQ(policy.probation_bytes(), 100U);
  policy.AddBytes("guessed-right", 50);
  EXPECT_EQ(policy.probation_bytes(), 100U);
  EXPECT_EQ(Evict(policy), "guessed-wrong");
  EXPECT_EQ(Evict(policy), "guessed-right");
  EXPECT_EQ(policy.remembered_actors(), 1U);  // only who was opened has a score to remember
}

TEST(EvictionPolicyTest, RemembersTheScoreOfWhoWasEvicted) {
  EvictionPolicy policy({});
  policy.AddBytes("regular", 1);
  for (int i = 0; i < 9; ++i) policy.NoteOpening("regular");
  EXPECT_EQ(Evict(policy), "regular");
  policy.NoteOpening("visitor");
  policy.AddBytes("visitor", 1);
  policy.AddBytes("regular", 1);  // prefetched again, and not on probation
  EXPECT_EQ(policy.probation_bytes(), 0U);
  EXPECT_EQ(Evict(policy), "visitor");
}

TEST(EvictionPolicyTest, ForgetsLowScoresBeyondItsBound) {
  EvictionPolicy policy({.max_remembered_actors = 100});
  for (int round = 0; round < 5; ++round) policy.NoteOpening("favourite");
  for (int i = 0; i < 5'000; ++i) {
    policy.NoteOpening(Name(i));
    if (i % 20 == 0) policy.NoteOpening("favourite");
    ASSERT_LE(policy.remembered_actors(), 100U);
  }
  std::set<std::string> ids;
  for (const auto& actor : policy.State().actors) ids.insert(actor.id);
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(ids.count("favourite"), 1U);
  EXPECT_EQ(ids.count(Name(4'999)), 1U);
}

TEST(EvictionPolicyTest, ForgetsAtOnceWhoWasNeverOpened) {
  EvictionPolicy policy({});
  for (int i = 0; i < 1'000; ++i) {
    policy.AddBytes(Name(i), 10);
    policy.RemoveBytes(Name(i), 10);
  }
  EXPECT_EQ(policy.actors(), 0U);
  EXPECT_EQ(policy.remembered_actors(), 0U);
}

TEST(EvictionPolicyTest, DecidesTheSameAfterARestart) {
  EvictionPolicy before({.seed = 7});
  for (int i = 0; i < 60; ++i) {
    for (int opening = 0; opening <= i * 7 % 11; ++opening) before.NoteOpening(Name(i));
    before.AddBytes(Name(i), 10);
  }
  EvictionPolicy after({.seed = 8});
  after.Restore(before.State());
  for (int i = 0; i < 60; ++i) after.AddBytes(Name(i), 10);
  EXPECT_EQ(after.openings(), before.openings());
  for (int i = 0; i < 60; ++i) EXPECT_EQ(Evict(after), Evict(before));
  EXPECT_EQ(after.State().actors.size(), 60U);
}

}  // namespace
}  // namespace image_cache
