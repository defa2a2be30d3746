// Random operations on the store and on a map that is trivially right: after every step the two
// agree in their entries, totals, served bytes and manifest, and the revision has not gone back.
// Two readers follow by the changes alone, one from a manifest and one from a compact snapshot.
//
// IMAGE_CACHE_MODEL_SEED repeats one run; IMAGE_CACHE_MODEL_STEPS makes it longer.

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/changes/followed_snapshot.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr int kKeys = 40;
constexpr int kActors = 6;
constexpr int kContents = 200;
constexpr std::size_t kMaxContentBytes = 9000;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A content of its own for every number.
std::string Content(int number) {
  return Jpeg(100 + static_cast<std::size_t>(number) * 7919 % kMaxContentBytes, number);
}

class ModelTest : public StoreTest {
 protected:
  void Run(std::uint64_t seed, std::uint64_t steps);

  std::uint64_t evicted_ = 0;

 private:
  struct Cached {
    std::string actor_id;
    std::string content;
    std::string local_path;
  };
  using Model = std::map<std::string, Cached>;  // by key

  void Step();
  void PublishOne();
  void AbandonOne();
  void RemoveOne();
  void ClearOneActor();
  void ClearEverything();
  void OpenOne();
  void LoseOneFile();
  void LoseTheFolder();
  void StartAgain();

  void Compare();
  void Follow(const FollowedManifest& now);
  // Takes from the model the actors of which the store has nothing left: only whole ones are
  // evicted, so what is gone in part shows as a difference.
  void ForgetEvicted(const std::set<std::string>& stored);
  void CompareFiles();

  int Below(int limit) { return std::uniform_int_distribution(0, limit - 1)(random_); }
  std::string RandomKey() { return KeyOf("picture-" + std::to_string(Below(kKeys)) + ".jpg"); }
  std::string RandomActor() { return "actor-" + std::to_string(Below(kActors)); }
  std::uint64_t Erase(const std::function<bool(const Cached&)>& which) {
    return std::erase_if(model_, [&](const auto& one) { return which(one.second); });
  }

  std::mt19937_64 random_;
  Model model_;
  std::uint64_t revision_ = 0;  // the last one seen
  std::optional<FollowedManifest> follower_;
  std::optional<FollowedSnapshot> snapshot_follower_;
};

void ModelTest::Run(std::uint64_t seed, std::uint64_t steps) {
  seed = FromEnvironment("IMAGE_CACHE_MODEL_SEED", seed);
  steps = FromEnvironment("IMAGE_CACHE_MODEL_STEPS", steps);
  random_.seed(seed);
  Open();
  for (std::uint64_t step = 0; step < steps && !HasFailure(); ++step) {
    SCOPED_TRACE("IMAGE_CACHE_MODEL_SEED=" + std::to_string(seed) + ", step " +
                 std::to_string(step));
    clock.Advance(Below(1000));
    Step();
    Compare();
    if (step % 16 == 0) CompareFiles();
  }
  SCOPED_TRACE("IMAGE_CACHE_MODEL_SEED=" + std::to_string(seed) + ", at the end");
  CompareFiles();
}

void ModelTest::Step() {
  static constexpr struct {
    int weight;
    void (ModelTest::*operation)();
  } kOperations[] = {
      {50, &ModelTest::PublishOne},   {4, &ModelTest::AbandonOne},      {12, &ModelTest::RemoveOne},
      {3, &ModelTest::ClearOneActor}, {1, &ModelTest::ClearEverything}, {15, &ModelTest::OpenOne},
      {6, &ModelTest::LoseOneFile},   {1, &ModelTest::LoseTheFolder},   {4, &ModelTest::StartAgain},
  };
  int total = 0;
  for (const auto& choice : kOperations) total += choice.weight;
  int left = Below(total);
  for (const auto& choice : kOperations) {
    left -= choice.weight;
    if (left < 0) {
      (this->*choice.operation)();
      return;
    }
  }
}

void ModelTest::PublishOne() {
  std::string key = RandomKey();
  std::string actor_id = RandomActor();
  std::string content = Content(Below(kContents));
  const auto found = model_.find(key);
  if (found != model_.end() && Below(3) == 0) {  // nothing new
    actor_id = found->second.actor_id;
    content = found->second.content;
  }
  const auto entry = TryPublish(key, actor_id, content);
  if (!entry) {
    // With a limit, what else is there may be pinned or too little.
    EXPECT_EQ(entry.error().code, StoreError::kFull) << entry.error().detail;
    return;
  }
  EXPECT_EQ(entry->s3_url, key);
  model_[key] = {.actor_id = actor_id, .content = content, .local_path = entry->local_path};
}

void ModelTest::AbandonOne() {
  auto image = store->Begin(RandomActor(), 0);
  if (image) (void)(*image)->Append(Content(Below(kContents)));
}

void ModelTest::RemoveOne() {
  const std::string key = RandomKey();
  const bool was_there = store->Find(key).has_value();
  const auto removed = Remove(key);
  ASSERT_TRUE(removed) << removed.error().detail;
  EXPECT_EQ(removed->removed, was_there ? 1U : 0U);
  model_.erase(key);
}

void ModelTest::ClearOneActor() {
  const std::string actor_id = RandomActor();
  ASSERT_TRUE(ClearActor(actor_id));
  Erase([&](const Cached& one) { return one.actor_id == actor_id; });
}

void ModelTest::ClearEverything() {
  ASSERT_TRUE(ClearAll());
  model_.clear();
}

void ModelTest::OpenOne() {
  const std::string actor_id = RandomActor();
  store->NoteOpened(actor_id);
  std::set<std::string> visited;
  store->VisitActor(actor_id, [&](const Entry& entry) {
    EXPECT_EQ(entry.actor_id, actor_id);
    visited.insert(entry.s3_url);
  });
  for (const std::string& key : visited) EXPECT_TRUE(model_.contains(key)) << key;
}

void ModelTest::LoseOneFile() {
  const auto found = model_.find(RandomKey());
  if (found == model_.end()) return;
  const std::string key = found->first;
  const auto path = LocalPath::Parse(found->second.local_path);
  std::filesystem::remove(cache_dir / "images" / std::string(path->relative()));
  EXPECT_FALSE(Serve(found->second.local_path));
  EXPECT_TRUE(Eventually([&] { return !store->Find(key).has_value(); }));
  model_.erase(key);
}

void ModelTest::LoseTheFolder() {
  // The writer of manifest.json may put a file into the folder while it is being removed.
  std::error_code error;
  ASSERT_TRUE(Eventually([&] {
    std::filesystem::remove_all(cache_dir, error);
    return !error;
  }));
  EXPECT_EQ(store->Stats().totals.entries, 0U);
  for (const auto& [key, cached] : model_) EXPECT_FALSE(Serve(cached.local_path)) << key;
  model_.clear();
  // Noticed by who asks for the manifest; the revision is that of the same run.
  EXPECT_EQ(nlohmann::json::parse(store->ManifestJson()->json)["entries"].size(), 0U);
}

void ModelTest::StartAgain() { Reopen(); }

void ModelTest::Compare() {
  // With a limit, actors may be evicted behind our back: what is compared must be of one revision.
  nlohmann::json entries;
  StoreStats stats;
  std::shared_ptr<const ManifestText> text;
  ASSERT_TRUE(Eventually([&] {
    text = store->ManifestJson();
    entries = nlohmann::json::parse(text->json)["entries"];
    stats = store->Stats();
    return text->revision == stats.revision;
  }));
  EXPECT_GE(stats.revision, revision_);
  revision_ = stats.revision;
  Follow(FollowedManifest(*text));

  std::set<std::string> stored;
  for (const auto& [key, entry] : entries.items()) stored.insert(key);
  if (options.max_size_bytes < StoreOptions().max_size_bytes) ForgetEvicted(stored);

  std::map<std::string, ManifestTotals> totals;
  for (const auto& [key, cached] : model_) {
    ASSERT_TRUE(stored.contains(key)) << key << " is lost";
    EXPECT_EQ(entries[key]["local_path"], cached.local_path);
    EXPECT_EQ(entries[key]["actor_id"], cached.actor_id);
    EXPECT_EQ(entries[key]["size_bytes"], cached.content.size());
    totals[cached.actor_id].entries += 1;
    totals[cached.actor_id].size_bytes += cached.content.size();
  }
  EXPECT_EQ(stored.size(), model_.size()) << "something is there that should not be";
  EXPECT_EQ(stats.totals.entries, model_.size());
  ASSERT_EQ(stats.actors.size(), totals.size());
  for (const StoreStats::Actor& actor : stats.actors) {
    EXPECT_EQ(actor.totals.entries, totals[actor.actor_id].entries) << actor.actor_id;
    EXPECT_EQ(actor.totals.size_bytes, totals[actor.actor_id].size_bytes) << actor.actor_id;
  }
  EXPECT_LE(stats.totals.size_bytes, options.max_size_bytes);
  for (const auto& [key, cached] : model_) {
    const auto served = Serve(cached.local_path);
    if (!served && !store->Find(key)) continue;  // evicted just now
    EXPECT_EQ(served, cached.content) << key;
  }
}

void ModelTest::Follow(const FollowedManifest& now) {
  const ChangeLog& log = store->changes();
  // A start forgets what has changed before, and says so.
  if (!follower_ || !follower_->CatchUp(log)) follower_ = now;
  if (!snapshot_follower_ || !snapshot_follower_->CatchUp(log)) {
    snapshot_follower_.emplace(*store->Snapshot());
  }
  std::vector<std::string> keys;
  for (const auto& [key, entry] : now.entries()) keys.push_back(key);
  if (follower_->revision() == now.revision()) {
    EXPECT_EQ(follower_->entries(), now.entries());
  }
  if (snapshot_follower_->revision() == now.revision()) {
    EXPECT_EQ(snapshot_follower_->EntriesOf(keys), now.entries());
  }
}

void ModelTest::ForgetEvicted(const std::set<std::string>& stored) {
  std::set<std::string> left;
  for (const auto& [key, cached] : model_) {
    if (stored.contains(key)) left.insert(cached.actor_id);
  }
  evicted_ += Erase([&](const Cached& one) { return !left.contains(one.actor_id); });
}

void ModelTest::CompareFiles() {
  std::vector<std::string> present;
  EXPECT_TRUE(Eventually([&] {
    Compare();
    std::set<std::string> wanted;
    for (const auto& [key, cached] : model_) {
      wanted.insert(std::string(LocalPath::Parse(cached.local_path)->relative()));
    }
    present = FilesBeneath(cache_dir / "images");
    return HasFailure() || std::set(present.begin(), present.end()) == wanted;
  })) << "files without an entry: "
      << ::testing::PrintToString(present);
  EXPECT_EQ(TemporaryPictures(), 0U);
}

constexpr std::uint64_t kSteps = 400;

TEST_F(ModelTest, AgreesWithRoomForEverything) { Run(1, kSteps); }

TEST_F(ModelTest, AgreesInAnotherOrder) { Run(std::random_device()(), kSteps); }

TEST_F(ModelTest, AgreesWithALimitThatEvictsWholeActors) {
  options.max_size_bytes = LimitFor(120'000, 12, 4);
  Run(3, kSteps);
  EXPECT_GT(evicted_, 0U);
}

}  // namespace
}  // namespace image_cache::testing
