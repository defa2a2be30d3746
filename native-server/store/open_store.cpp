// Store::Open: what happens between a folder's name and a store that serves from it.

#include <spdlog/spdlog.h>

#include <cstdint>
#include <future>
#include <random>
#include <system_error>

#include "native-server/store/disk_store.h"
#include "native-server/store/folder/adoption.h"
#include "native-server/store/folder/cache_home.h"
#include "native-server/store/folder/sweep.h"
#include "native-server/store/health/watched_files.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/proof/unproven.h"

namespace image_cache {
namespace {

// Up to here, names are compared with the disk at every start; above, only after an unclean stop.
constexpr std::size_t kCheapSweepEntries = 10000;

// Whoever asks for pictures chooses the keys.
HashSeed RandomSeed() {
  std::random_device random;
  const auto word = [&random] { return std::uint64_t{random()} << 32 | random(); };
  return {.first = word(), .second = word()};
}

// Gives the orphans, which are for the Unlinker: nobody waits for their end.
std::vector<DebrisFile> DropMissing(const CacheFolder& folder,
                                    const ErrnoResult<ListedImages>& listed, ImageIndex& images,
                                    IndexChange& change) {
  if (!listed) {
    spdlog::error("the pictures cannot be listed, so none is checked: {}",
                  std::generic_category().message(listed.error()));
    return {};
  }
  SweepResult swept = Compare(folder, *listed, images);
  for (const std::string& key : swept.missing_keys) {
    for (const Entry& removed : images.Remove(key)) (void)images.TakeForm(removed.local_path);
    change.removed_keys.push_back(key);
  }
  if (!swept.missing_keys.empty() || !swept.orphans.empty()) {
    spdlog::warn("{} entries had lost their file; removing {} files without an entry",
                 swept.missing_keys.size(), swept.orphans.size());
  }
  return std::move(swept.orphans);
}

}  // namespace

Result<std::unique_ptr<Store>, StoreError> Store::Open(StoreOptions options, Clock& clock) {
  auto health = std::make_unique<StoreHealth>(clock);
  auto home = CacheHome::Open(options.cache_dir,
                              std::make_shared<WatchedFiles>(options.files, *health, clock),
                              Housekeeping::LogPages(options.max_size_bytes), health.get());
  if (!home) return tl::make_unexpected(home.error());
  CacheFolder& folder = (*home)->folder();
  if (options.tidy_at_start) folder.EmptyTemporaryFolder();

  // A clean stop leaves no log. After another one the names will be compared, so they are listed
  // while the index is loaded.
  std::future<ErrnoResult<ListedImages>> listing;
  if (options.tidy_at_start && folder.SizeOf(std::string(kIndexFile) + "-wal") > 0) {
    listing = std::async(std::launch::async, [&folder] { return ListImages(folder); });
  }

  const std::int64_t now_ms = clock.NowMs();
  ImageIndex images(RandomSeed());
  auto index = (*home)->OpenIndex(now_ms, images);
  if (!index) return tl::make_unexpected(index.error());

  IndexChange change;
  NotAdopted not_adopted;
  std::vector<DebrisFile> orphans;
  change.removed_keys = std::move(index->refused_keys);
  // After filling, which counts as well: the same content has the same revision as in the last run.
  images.Stamp(index->loaded.revision, index->loaded.last_updated_ms);
  // Without a single change it is new as well: the start that made it ended before it had adopted.
  if (index->loaded.is_new || index->loaded.revision == 0) {
    Adoption adoption = AdoptManifest(folder, options.addressing, now_ms);
    std::erase_if(adoption.entries,
                  [&images](const Entry& entry) { return !images.PutIfSound(entry); });
    images.Stamp(adoption.revision, adoption.last_updated_ms);
    change.puts = std::move(adoption.entries);
    not_adopted = std::move(adoption.not_adopted);
  } else if (folder.SizeOf(kManifestFile) <= kMaxManifestBytesReadAtStart) {
    SetAsideIfBroken(folder, now_ms);
  }

  const std::size_t entries = images.manifest().Totals().entries;
  if (options.tidy_at_start && (!index->loaded.was_closed || entries <= kCheapSweepEntries)) {
    orphans =
        DropMissing(folder, listing.valid() ? listing.get() : ListImages(folder), images, change);
  }

  if (!change.removed_keys.empty() || !change.puts.empty()) {
    images.Stamp(images.manifest().revision() + 1, now_ms);
    change.revision = images.manifest().revision();
    change.last_updated_ms = images.manifest().last_updated_ms();
    if (auto applied = index->store->Apply(change); !applied) {
      return Fail(StoreErrorOf(applied.error().code), applied.error().detail);
    }
  }
  const auto eviction_state = index->store->LoadNote(kEvictionNote);
  if (!eviction_state) return Fail(StoreError::kIo, eviction_state.error().detail);
  const auto opened_actors = index->store->LoadNote(kOpenedActorsNote);
  if (!opened_actors) return Fail(StoreError::kIo, opened_actors.error().detail);
  const auto last_uses = index->store->LoadNote(kLastUsesNote);
  if (!last_uses) return Fail(StoreError::kIo, last_uses.error().detail);
  // What is adopted is as good as its hash, where the manifest has one.
  for (const Entry& adopted : change.puts) {
    if (!adopted.sha256.empty()) index->unproven.push_back(Unproven::HashOf(adopted.local_path));
  }
  DiskStore::Found found{.index = std::move(index->store),
                         .images = std::move(images),
                         .epoch = index->loaded.epoch,
                         .was_closed = index->loaded.was_closed,
                         .checkpoint_revision = index->loaded.checkpoint_revision,
                         .unproven = std::move(index->unproven),
                         .not_adopted = std::move(not_adopted),
                         .orphans = std::move(orphans),
                         .eviction_state = eviction_state->value_or(""),
                         .opened_actors = opened_actors->value_or(""),
                         .last_uses = last_uses->value_or("")};
  return std::make_unique<DiskStore>(std::move(options), clock, std::move(health), std::move(*home),
                                     std::move(found));
}

}  // namespace image_cache
