// The form of what is stored, as DiskStore changes it: who is cold, and one file in the place of
// another.

#include <future>
#include <utility>

#include "native-server/store/disk_store.h"
#include "native-server/store/folder/our_name.h"
#include "native-server/store/verify/file_check.h"
#include "native-server/store/verify/read_pace.h"

namespace image_cache {
namespace {

bool IsOurs(const LocalPath& path) { return IsOurName(path) && path.type() == ImageType::kJpeg; }

}  // namespace

std::vector<std::string> DiskStore::ColdActors(std::int64_t since_ms) {
  if (!options_.keep_last_uses) return {};
  std::vector<std::string> actors = subject_.ActorIds();
  std::erase_if(actors,
                [&](const std::string& actor) { return !space_.IsUnusedSince(actor, since_ms); });
  return actors;
}

std::vector<Entry> DiskStore::ColdJpegs(std::string_view actor_id, std::int64_t since_ms) {
  std::vector<Entry> cold;
  if (!options_.keep_last_uses || !space_.IsUnusedSince(actor_id, since_ms)) return cold;
  const std::shared_lock lock(index_.mutex);
  index_.images.manifest().ForEachOfActor(actor_id, [&](EntryView view) {
    if (view.cached_at_ms() >= since_ms) return;
    Entry entry = view.ToEntry();
    // What came from an earlier system has another name, and often no hash to compare with.
    const auto path = LocalPath::Parse(entry.local_path);
    if (!path || !IsOurs(*path) || entry.sha256.empty()) return;
    if (index_.images.FormOf(entry.local_path) != nullptr) return;
    cold.push_back(std::move(entry));
  });
  return cold;
}

Result<std::unique_ptr<PendingImage>, StoreError> DiskStore::BeginForm(const Entry& entry,
                                                                       PictureForm form,
                                                                       std::uint64_t size_bytes) {
  // A person waits for the original; room for it is made as for any other picture.
  if (form == PictureForm::kOriginal) return Begin(entry.actor_id, size_bytes, Room::kByEvicting);
  if (auto may_write = health_->MayWrite(); !may_write) {
    return tl::make_unexpected(may_write.error());
  }
  SpaceReservation space(space_, entry.actor_id, Room::kAsItIs);
  if (auto taken = space.TakeSpare(size_bytes); !taken) {
    return tl::make_unexpected(taken.error());
  }
  return BeginIn(std::move(space), size_bytes);
}

Result<void, StoreError> DiskStore::ChangeForm(const Entry& entry, PictureForm form,
                                               std::unique_ptr<PendingImage> image) {
  // BeginForm makes no others.
  std::unique_ptr<PendingFile> file(static_cast<PendingFile*>(image.release()));
  const auto identity = file->Finish();
  if (!identity) return tl::make_unexpected(identity.error());
  if (form == PictureForm::kOriginal && ToHex(identity->sha256) != entry.sha256) {
    return Fail(StoreError::kNotAPicture, "these are not the bytes that were downloaded");
  }
  // Before the index names it: this entry was on the platter for long, and is to stay so.
  if (auto synced = file->file().Sync(); !synced) return synced;
  std::optional<CompressedForm> compressed;
  if (form == PictureForm::kCompressed) {
    compressed = CompressedForm{.size_bytes = file->size_bytes(),
                                .original_bytes = entry.size_bytes,
                                .sha256 = identity->sha256};
  }
  auto changed = std::make_shared<std::promise<Result<void, StoreError>>>();
  auto outcome = changed->get_future();
  writer_.Enqueue(FormOrder{
      .entry = entry,
      .image = std::move(file),
      .form = compressed,
      .done = [changed](Result<void, StoreError> done) { changed->set_value(std::move(done)); }});
  return outcome.get();
}

void DiskStore::DropBroken(const Entry& entry) {
  const auto path = LocalPath::Parse(entry.local_path);
  if (!path) return;
  (void)writer_.DropIf(*path, [&](const Entry& now) {
    const auto place = PlaceOf(*path);
    return now == entry && place && place->is_compressed;
  });
}

bool DiskStore::DropDamaged(const Entry& entry) {
  ReadPace unpaced(0);
  const FileVerdict verdict = CheckFile(subject_.folder(), subject_.FileOf(entry), unpaced);
  const bool is_damaged = verdict.state == FileState::kMissing ||
                          verdict.state == FileState::kWrongSize ||
                          verdict.state == FileState::kWrongContent;
  return is_damaged && subject_.JudgeEntry(entry, verdict, /*repair=*/true) == Judgement::kRepaired;
}

}  // namespace image_cache
