#include "native-server/store/verify/store_subject.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <time.h>

#include <shared_mutex>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/cache_folder.h"

namespace image_cache {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

// No download goes that long without a byte: its own deadlines are far shorter.
constexpr std::int64_t kLongestPauseNs = 3600 * kNsPerSecond;

// The clock that stamps files, which is the kernel's coarse one.
std::int64_t FileSystemNowNs() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

}  // namespace

StoreSubject::StoreSubject(CacheHome& home, const SharedIndex& index, IndexWriter& writer,
                           SmallerPictures& smaller)
    : home_(home), index_(index), writer_(writer), smaller_(smaller), made_ns_(FileSystemNowNs()) {}

ManifestTotals StoreSubject::Totals() const {
  const std::shared_lock lock(index_.mutex);
  return index_.images.manifest().Totals();
}

std::vector<std::string> StoreSubject::ActorIds() const {
  const std::shared_lock lock(index_.mutex);
  return index_.images.manifest().ActorIds();
}

std::optional<Entry> StoreSubject::FindByPath(const LocalPath& path) const {
  const std::shared_lock lock(index_.mutex);
  const auto entry = index_.images.FindByPath(path.text());
  if (!entry) return std::nullopt;
  return entry->ToEntry();
}

Entry StoreSubject::FileOf(const Entry& entry) const {
  const std::shared_lock lock(index_.mutex);
  return index_.images.FileOf(entry);
}

std::optional<LocalPath> StoreSubject::PathOfFile(const LocalPath& file) const {
  std::optional<std::string> path;
  {
    const std::shared_lock lock(index_.mutex);
    path = index_.images.PathOfFile(file.text());
  }
  if (!path) return std::nullopt;
  auto parsed = LocalPath::Parse(*path);
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

void StoreSubject::VisitActor(std::string_view actor_id,
                              const std::function<void(const Entry&)>& visit) const {
  const std::shared_lock lock(index_.mutex);
  index_.images.manifest().ForEachOfActor(actor_id, AsEntries(visit));
}

Judgement StoreSubject::JudgeEntry(const Entry& entry, const FileVerdict& verdict, bool repair) {
  // Then everything is missing, which the writer notices by itself, and makes good in its own way.
  if (writer_.IsBehindTheFolder()) return Judgement::kNotSo;
  const auto path = LocalPath::Parse(entry.local_path);
  if (!path) return Judgement::kNotSo;
  const auto is_so = [&](const Entry& now) {
    const auto place = LocalPath::Parse(FileOf(now).local_path);
    if (now != entry || !place) return false;
    const auto file = LookAtFile(folder(), *place);
    return file && *file == verdict.file;
  };
  const auto now = FindByPath(*path);
  if (!now || !is_so(*now)) return Judgement::kNotSo;
  if (!repair) return Judgement::kConfirmed;
  const auto dropped = writer_.DropIf(*path, is_so);
  if (!dropped) return Judgement::kConfirmed;
  if (*dropped) spdlog::warn("dropped a broken picture: {}", path->text());
  return *dropped ? Judgement::kRepaired : Judgement::kNotSo;
}

Judgement StoreSubject::JudgeOrphan(const LocalPath& path, bool repair) {
  Judgement judgement = Judgement::kNotSo;
  const auto is_there = [&] {
    const auto file = LookAtFile(folder(), path);
    return file && *file;
  };
  writer_.WhileNothingChanges([&] {
    if (PathOfFile(path) || writer_.IsDebris(path) || !is_there()) return;
    if (repair) home_.folder().RemoveImage(path);
    judgement = repair && !is_there() ? Judgement::kRepaired : Judgement::kConfirmed;
  });
  return judgement;
}

Judgement StoreSubject::JudgeSmaller(const SmallerName& name, const FileVerdict& verdict,
                                     bool repair) {
  const bool is_orphan = verdict.state == FileState::kSound;
  bool is_so = false;
  const bool removed = smaller_.RemoveIf(name, [&](bool is_kept) {
    const auto file = LookAtSmaller(folder(), name);
    is_so = is_kept != is_orphan && file && *file && *file == verdict.file;
    return is_so && repair;
  });
  if (!is_so) return Judgement::kNotSo;
  if (!removed) return Judgement::kConfirmed;
  const auto left = LookAtSmaller(folder(), name);
  return left && !*left ? Judgement::kRepaired : Judgement::kConfirmed;
}

Judgement StoreSubject::JudgeTemporary(const std::string& name, bool repair) {
  const auto [files, fd] = folder();
  const auto temporary = files.Open(fd, kTemporaryFolder, O_PATH | O_DIRECTORY);
  if (!temporary) return Judgement::kNotSo;
  const auto status = files.StatName(temporary->get(), name);
  if (!status) return Judgement::kNotSo;
  const std::int64_t written_ns = StampOf(*status).modified_ns;
  const bool is_of_this_run = written_ns >= made_ns_;
  if (is_of_this_run && FileSystemNowNs() - written_ns < kLongestPauseNs) return Judgement::kNotSo;
  const bool removed = repair && UnlinkBeneath(files, fd, kTemporaryFolder, name).has_value();
  return removed ? Judgement::kRepaired : Judgement::kConfirmed;
}

}  // namespace image_cache
