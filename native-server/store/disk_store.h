// The store on a local disk: the parts of this folder put together behind store.h.
//
// Made by Store::Open; thread-safe. Reading takes the SharedIndex's lock for a lookup; all that
// changes the index goes through the IndexWriter, all that takes space through the SpaceKeeper.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "native-server/base/reloadable.h"
#include "native-server/store/changes/change_log.h"
#include "native-server/store/changes/snapshot_keeper.h"
#include "native-server/store/folder/adoption.h"
#include "native-server/store/folder/cache_home.h"
#include "native-server/store/health/store_health.h"
#include "native-server/store/health/store_watch.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/index/index_writer.h"
#include "native-server/store/manifest/manifest_file.h"
#include "native-server/store/manifest/manifest_text.h"
#include "native-server/store/proof/checkpointer.h"
#include "native-server/store/proof/prover.h"
#include "native-server/store/session/opened_actors.h"
#include "native-server/store/smaller/smaller_pictures.h"
#include "native-server/store/space/space_keeper.h"
#include "native-server/store/space/space_upkeep.h"
#include "native-server/store/store.h"
#include "native-server/store/verify/scrubber.h"
#include "native-server/store/verify/store_subject.h"
#include "native-server/store/verify/verification.h"

namespace image_cache {

class DiskStore final : public Store {
 public:
  // What was found when the folder was opened.
  struct Found {
    std::unique_ptr<ManifestStore> index;
    ImageIndex images;  // what it holds, checked against the disk as far as that is done at start
    std::string epoch;  // see LoadedIndex
    bool was_closed = false;  // as above
    std::uint64_t checkpoint_revision = 0;
    std::vector<std::size_t> unproven;  // see Prover
    NotAdopted not_adopted;
    std::vector<DebrisFile> orphans;  // files that no entry names
    std::string eviction_state;       // as SpaceUpkeep has saved it, or empty
    std::string opened_actors;        // as OpenedActors has said it, or empty
    std::string last_uses;            // likewise
  };
  // `health` is what `home` tells its failures to.
  DiskStore(StoreOptions options, Clock& clock, std::unique_ptr<StoreHealth> health,
            std::unique_ptr<CacheHome> home, Found found);
  ~DiskStore() override;

  [[nodiscard]] std::optional<Entry> Find(std::string_view key) const override;
  [[nodiscard]] std::optional<Entry> FindByPath(const LocalPath& path) const override {
    return subject_.FindByPath(path);
  }
  [[nodiscard]] ContentRules contents() const override { return limits_.Get().contents; }
  [[nodiscard]] std::uint64_t max_image_bytes() const override {
    return limits_.Get().max_image_bytes;
  }
  [[nodiscard]] Result<OpenedImage, StoreError> OpenImage(const LocalPath& path) override;
  [[nodiscard]] std::uint64_t removals() const override { return writer_.removals(); }
  [[nodiscard]] bool Holds(const LocalPath& path) const override;
  [[nodiscard]] bool Exists(const LocalPath& path) override;
  [[nodiscard]] std::shared_ptr<const ManifestText> ManifestJson() override;
  [[nodiscard]] std::string ManifestEtag() override;
  [[nodiscard]] std::shared_ptr<const ManifestSnapshot> Snapshot() override;
  [[nodiscard]] std::string SnapshotEtag() override { return snapshots_.CurrentEtag(); }
  [[nodiscard]] ManifestText ActorManifest(std::string_view actor_id) override;
  [[nodiscard]] ChangeLog& changes() override { return changes_; }
  [[nodiscard]] SmallerPictures& smaller() override { return smaller_; }
  [[nodiscard]] bool IsRemoved() const override { return writer_.IsBehindTheFolder(); }
  void StartOverIfRemoved() override;
  void VisitActor(std::string_view actor_id,
                  const std::function<void(const Entry&)>& visit) const override;
  [[nodiscard]] std::vector<OpenedActor> OpenedInLastRun() const override {
    return opened_.OfLastRun();
  }
  [[nodiscard]] StoreStats Stats() override { return MakeStats(/*with_actors=*/true); }
  [[nodiscard]] StoreStats StatsWithoutActors() override { return MakeStats(false); }

  [[nodiscard]] Result<std::unique_ptr<PendingImage>, StoreError> Begin(
      const std::string& actor_id, std::uint64_t expected_bytes, Room room) override;
  void Publish(std::unique_ptr<PendingImage> image, NewEntry entry, PublishCallback done) override;
  void Remove(std::string key, RemovalCallback done) override;
  void ClearActor(std::string actor_id, RemovalCallback done) override;
  void ClearAll(RemovalCallback done) override;

  [[nodiscard]] std::vector<std::string> ColdActors(std::int64_t since_ms) override;
  [[nodiscard]] std::vector<Entry> ColdJpegs(std::string_view actor_id,
                                             std::int64_t since_ms) override;
  [[nodiscard]] Result<std::unique_ptr<PendingImage>, StoreError> BeginForm(
      const Entry& entry, PictureForm form, std::uint64_t size_bytes) override;
  [[nodiscard]] Result<void, StoreError> ChangeForm(const Entry& entry, PictureForm form,
                                                    std::unique_ptr<PendingImage> image) override;
  void DropBroken(const Entry& entry) override;
  [[nodiscard]] bool DropDamaged(const Entry& entry) override;

  [[nodiscard]] StoreHealthReport Health() const override { return health_->Report(); }
  [[nodiscard]] Verification& verification() override { return verification_; }

  void FitLimits() override;
  void SetLimits(const StoreLimits& limits) override;
  void NoteOpened(std::string_view actor_id) override;
  void set_when_opened(std::function<void(std::string_view)> when_opened) override;
  void WatchReaders(std::string_view actor_id, std::weak_ptr<const void> picture) override;
  [[nodiscard]] std::optional<std::string> LoadNote(std::string_view name) override;
  void SaveNote(std::string name, std::string content) override;
  void AnnounceServer(std::string_view url) override;

 private:
  [[nodiscard]] StoreStats MakeStats(bool with_actors);
  // What is to lie on the disk for the picture, and its key.
  struct Place {
    std::uint64_t size_bytes = 0;    // of the file
    std::uint64_t object_bytes = 0;  // of the picture as it was downloaded
    bool is_compressed = false;
    std::string key;
  };
  [[nodiscard]] std::optional<Place> PlaceOf(const LocalPath& path) const;
  // A file for a picture whose space is reserved.
  [[nodiscard]] Result<std::unique_ptr<PendingImage>, StoreError> BeginIn(
      SpaceReservation space, std::uint64_t expected_bytes);
  void CountFiles();
  void SaveNotes(std::vector<IndexNote> notes);
  void ForgetOpenings(std::string_view actor_id);

  const StoreOptions options_;
  Reloadable<StoreLimits> limits_;  // begin as the options'
  // In this order: what comes later uses what comes earlier, and goes first.
  std::unique_ptr<StoreHealth> health_;
  std::unique_ptr<CacheHome> home_;
  SharedIndex index_;
  ChangeLog changes_;
  ManifestTexts texts_;
  SnapshotKeeper snapshots_;
  OpenedActors opened_;
  SpaceKeeper space_;
  SmallerPictures smaller_;
  ManifestFile manifest_file_;
  IndexWriter writer_;
  SpaceUpkeep upkeep_;
  StoreSubject subject_;
  Unproven unproven_;
  Checkpointer checkpointer_;
  Verification verification_;
  // These change the store on their own: they begin when all of it is loaded.
  std::optional<Prover> prover_;
  std::optional<Scrubber> scrubber_;
  std::optional<StoreWatch> watch_;  // ended first, while all that it looks after works
  std::mutex when_opened_mutex_;
  std::function<void(std::string_view)> when_opened_;  // guarded by when_opened_mutex_
};

}  // namespace image_cache
