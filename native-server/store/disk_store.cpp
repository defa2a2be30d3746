#include "native-server/store/disk_store.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "shared/keys/object_id.h"

namespace image_cache {

DiskStore::DiskStore(StoreOptions options, Clock& clock, std::unique_ptr<StoreHealth> health,
                     // Its parts are moved from, which cppcheck does not see.
                     // cppcheck-suppress passedByValue
                     std::unique_ptr<CacheHome> home, Found found)
    : options_(std::move(options)),
      limits_(StoreLimits{.max_size_bytes = options_.max_size_bytes,
                          .min_free_bytes = options_.min_free_bytes,
                          .min_free_inodes = options_.min_free_inodes,
                          .max_image_bytes = options_.max_image_bytes,
                          .contents = options_.contents}),
      health_(std::move(health)),
      home_(std::move(home)),
      index_{.mutex = {}, .images = std::move(found.images)},
      changes_(index_, found.epoch),
      texts_({.index = index_,
              .folder = home_->folder(),
              .epoch = std::move(found.epoch),
              .was_closed = found.was_closed,
              .addressing = options_.addressing,
              .max_entries_in_memory = options_.max_manifest_entries_in_memory}),
      snapshots_({.index = index_,
                  .folder = home_->folder(),
                  .changes = changes_,
                  .addressing = options_.addressing,
                  .max_entries_in_memory = options_.max_manifest_entries_in_memory}),
      opened_(index_, found.opened_actors, options_.records_openings),
      space_({.max_size_bytes = options_.max_size_bytes,
              .min_free_bytes = options_.min_free_bytes,
              .min_free_inodes = options_.min_free_inodes},
             home_->folder(), clock),
      smaller_(home_->folder(), index_, space_, *health_,
               {.bytes = options_.max_size_bytes / SmallerPictures::kShare}),
      manifest_file_(home_->folder(), texts_, clock),
      writer_(*home_, index_, changes_, space_, std::move(found.index), clock,
              [this] { manifest_file_.NoteChange(); }),
      upkeep_(space_,
              [this](const char* note, std::string state) {
                std::vector<IndexNote> notes = {{.name = note, .content = std::move(state)}};
                if (options_.records_openings) {
                  notes.push_back({.name = kOpenedActorsNote, .content = opened_.Text()});
                }
                SaveNotes(std::move(notes));
              }),
      subject_(*home_, index_, writer_, smaller_),
      unproven_(std::move(found.unproven)),
      checkpointer_(home_->folder(), writer_, found.checkpoint_revision, unproven_,
                    options_.checkpoint_interval),
      verification_(subject_, std::move(found.not_adopted)) {
  space_.set_evictor([this](const std::string& actor_id) { return writer_.Evict(actor_id); },
                     [this] { return writer_.UnlinkSome(); });
  writer_.set_when_unlinked([this](std::string_view local_path) { smaller_.Forget(local_path); });
  if (!found.eviction_state.empty()) space_.Restore(found.eviction_state);
  if (options_.keep_last_uses) space_.KeepLastUses(found.last_uses, clock.NowMs());
  CountFiles();
  smaller_.Load(found.was_closed);
  for (const DebrisFile& orphan : found.orphans) {
    space_.AddFile(orphan.actor_id, orphan.size_bytes);
  }
  writer_.Unlink(std::move(found.orphans));
  space_.MeasureHousekeeping();
  manifest_file_.NoteChange();
  // All is loaded and counted: from here on pictures may be dropped.
  prover_.emplace(
      unproven_, subject_, [this] { checkpointer_.MakeSoon(); },
      ProverTiming{.in_background = options_.tidy_at_start});
  scrubber_.emplace(subject_, options_.scrub_bytes_per_second, clock);
  watch_.emplace(*home_, index_, writer_, *health_, *options_.files, clock,
                 [this] { manifest_file_.NoteChange(); });
}

DiskStore::~DiskStore() {
  watch_.reset();
  // Otherwise the next start proves what this run has published, as after a power loss.
  if (!checkpointer_.Finish()) writer_.LeaveUnclosed();
}

void DiskStore::CountFiles() {
  // Those that were never opened are on probation in the order in which they were filled. Each
  // entry is looked at once: at a million, the walk is what takes time.
  struct Filled {
    std::int64_t at_ms = 0;
    std::string actor_id;
    std::vector<std::uint64_t> sizes_bytes;
  };
  std::vector<Filled> actors;
  {
    const std::shared_lock lock(index_.mutex);
    const Manifest& manifest = index_.images.manifest();
    for (std::string& actor_id : manifest.ActorIds()) {
      Filled& actor = actors.emplace_back();
      manifest.ForEachOfActor(actor_id, [&](EntryView entry) {
        actor.at_ms = std::max(actor.at_ms, entry.cached_at_ms());
        const CompressedForm* form = index_.images.FormOf(entry.local_path());
        actor.sizes_bytes.push_back(form == nullptr ? entry.size_bytes() : form->size_bytes);
      });
      actor.actor_id = std::move(actor_id);
    }
  }
  std::sort(actors.begin(), actors.end(),
            [](const Filled& a, const Filled& b) { return a.at_ms < b.at_ms; });
  for (const Filled& actor : actors) {
    for (const std::uint64_t size_bytes : actor.sizes_bytes) {
      space_.AddFile(actor.actor_id, size_bytes);
    }
  }
}

std::optional<Entry> DiskStore::Find(std::string_view key) const {
  const std::shared_lock lock(index_.mutex);
  const auto entry = index_.images.Find(key);
  if (!entry) return std::nullopt;
  return entry->ToEntry();
}

Result<OpenedImage, StoreError> DiskStore::OpenImage(const LocalPath& path) {
  if (path.type() == ImageType::kSvg && !limits_.Get().contents.takes_svg) {
    return Fail(StoreError::kNotFound, "an SVG of a time when they were taken");
  }
  auto place = PlaceOf(path);
  if (!place) return Fail(StoreError::kNotFound, "no such picture is cached");
  if (auto may_read = health_->MayRead(); !may_read) {
    return tl::make_unexpected(may_read.error());
  }
  if (auto proved = prover_->Prove(path); !proved) return tl::make_unexpected(proved.error());
  for (;;) {
    auto image = home_->folder().OpenImage(
        place->is_compressed ? LocalPath::Parse(CompressedNameOf(path.text())).value() : path);
    if (image && image->size_bytes == place->size_bytes) {
      image->is_compressed = place->is_compressed;
      image->object_id = ObjectId(place->key);
      image->object_bytes = place->object_bytes;
      image->key = std::move(place->key);
      return std::move(*image);
    }
    if (!image && !CacheFolder::MeansVanished(image.error())) {
      return FailWithErrno("the picture cannot be opened", image.error());
    }
    // It may have got another form since it was looked up.
    auto now = PlaceOf(path);
    if (!now || now->is_compressed == place->is_compressed) break;
    place = std::move(now);
  }
  // Removed, or put in its place by somebody else: the entry says what is no longer so.
  writer_.NoteLoss(path.text());
  return Fail(StoreError::kNotFound, "the picture's file is gone");
}

std::optional<DiskStore::Place> DiskStore::PlaceOf(const LocalPath& path) const {
  const std::shared_lock lock(index_.mutex);
  const auto entry = index_.images.FindByPath(path.text());
  if (!entry) return std::nullopt;
  const CompressedForm* form = index_.images.FormOf(path.text());
  return Place{.size_bytes = form == nullptr ? entry->size_bytes() : form->size_bytes,
               .object_bytes = entry->size_bytes(),
               .is_compressed = form != nullptr,
               .key = std::string(entry->s3_url())};
}

bool DiskStore::Holds(const LocalPath& path) const {
  const std::shared_lock lock(index_.mutex);
  return index_.images.FindByPath(path.text()).has_value();
}

bool DiskStore::Exists(const LocalPath& path) { return OpenImage(path).has_value(); }

void DiskStore::StartOverIfRemoved() {
  if (writer_.IsBehindTheFolder()) writer_.StartOverIfLost();
}

std::shared_ptr<const ManifestText> DiskStore::ManifestJson() {
  StartOverIfRemoved();
  return texts_.Current();
}

std::string DiskStore::ManifestEtag() {
  return writer_.IsBehindTheFolder() ? std::string() : texts_.CurrentEtag();
}

std::shared_ptr<const ManifestSnapshot> DiskStore::Snapshot() {
  StartOverIfRemoved();
  return snapshots_.Current();
}

ManifestText DiskStore::ActorManifest(std::string_view actor_id) {
  StartOverIfRemoved();
  return texts_.OfActor(actor_id);
}

void DiskStore::VisitActor(std::string_view actor_id,
                           const std::function<void(const Entry&)>& visit) const {
  const std::shared_lock lock(index_.mutex);
  index_.images.manifest().ForEachOfActor(actor_id, AsEntries(visit));
}

Result<std::unique_ptr<PendingImage>, StoreError> DiskStore::Begin(const std::string& actor_id,
                                                                   std::uint64_t expected_bytes,
                                                                   Room room) {
  if (expected_bytes > limits_.Get().max_image_bytes) {
    return Fail(StoreError::kTooLarge, "the picture is larger than pictures may be");
  }
  if (auto may_write = health_->MayWrite(); !may_write) {
    return tl::make_unexpected(may_write.error());
  }
  SpaceReservation space(space_, actor_id, room);
  if (auto reserved = space.GrowTo(expected_bytes); !reserved) {
    // Not by a limit alone: nobody has to fail at writing to see that.
    const FreeSpace free = home_->folder().Free();
    if (free.bytes == 0 || free.inodes == 0) health_->NoteFailedWrite(Sickness::kFull);
    return tl::make_unexpected(reserved.error());
  }
  return BeginIn(std::move(space), expected_bytes);
}

Result<std::unique_ptr<PendingImage>, StoreError> DiskStore::BeginIn(SpaceReservation space,
                                                                     std::uint64_t expected_bytes) {
  auto file = home_->folder().CreateTemporary("picture");
  if (!file) return tl::make_unexpected(file.error());
  if (auto taken = file->Allocate(expected_bytes); !taken) {
    return tl::make_unexpected(taken.error());
  }
  const StoreLimits limits = limits_.Get();
  return std::make_unique<PendingFile>(std::move(*file), std::move(space), limits.max_image_bytes,
                                       limits.contents);
}

void DiskStore::Publish(std::unique_ptr<PendingImage> image, NewEntry entry, PublishCallback done) {
  // Begin makes no others.
  std::unique_ptr<PendingFile> file(static_cast<PendingFile*>(image.release()));
  writer_.Enqueue(
      Publication{.image = std::move(file), .entry = std::move(entry), .done = std::move(done)});
}

void DiskStore::Remove(std::string key, RemovalCallback done) {
  writer_.Enqueue(RemovalOrder{
      .what = RemovalOrder::What::kKey, .name = std::move(key), .done = std::move(done)});
}

void DiskStore::ClearActor(std::string actor_id, RemovalCallback done) {
  ForgetOpenings(actor_id);
  writer_.Enqueue(RemovalOrder{
      .what = RemovalOrder::What::kActor, .name = std::move(actor_id), .done = std::move(done)});
}

void DiskStore::ClearAll(RemovalCallback done) {
  ForgetOpenings({});
  writer_.Enqueue(
      RemovalOrder{.what = RemovalOrder::What::kAll, .name = {}, .done = std::move(done)});
}

void DiskStore::FitLimits() {
  if (auto trimmed = space_.Trim(); !trimmed) {
    spdlog::warn("the cache stays over its limits: {}", trimmed.error().detail);
  }
}

void DiskStore::SetLimits(const StoreLimits& limits) {
  limits_.Replace(limits);
  space_.SetLimits({.max_size_bytes = limits.max_size_bytes,
                    .min_free_bytes = limits.min_free_bytes,
                    .min_free_inodes = limits.min_free_inodes});
}

void DiskStore::NoteOpened(std::string_view actor_id) {
  if (!space_.NoteOpened(actor_id)) return;
  opened_.Note(actor_id);
  const std::lock_guard lock(when_opened_mutex_);
  if (when_opened_) when_opened_(actor_id);
}

void DiskStore::set_when_opened(std::function<void(std::string_view)> when_opened) {
  const std::lock_guard lock(when_opened_mutex_);
  when_opened_ = std::move(when_opened);
}

void DiskStore::ForgetOpenings(std::string_view actor_id) {
  if (!opened_.Forget(actor_id)) return;
  SaveNotes({{.name = kOpenedActorsNote, .content = opened_.Text()}});
}

void DiskStore::SaveNotes(std::vector<IndexNote> notes) {
  writer_.Enqueue(
      BookkeepingOrder{.checkpoint_revision = {}, .notes = std::move(notes), .done = nullptr});
}

void DiskStore::WatchReaders(std::string_view actor_id, std::weak_ptr<const void> picture) {
  space_.WatchReaders(actor_id, std::move(picture));
}

std::optional<std::string> DiskStore::LoadNote(std::string_view name) {
  return writer_.LoadNote(name);
}

void DiskStore::SaveNote(std::string name, std::string content) {
  writer_.Enqueue(
      BookkeepingOrder{.checkpoint_revision = {},
                       .notes = {{.name = std::move(name), .content = std::move(content)}},
                       .done = nullptr});
}

void DiskStore::AnnounceServer(std::string_view url) { home_->lock().Announce(url); }

}  // namespace image_cache
