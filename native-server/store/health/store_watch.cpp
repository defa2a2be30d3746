#include "native-server/store/health/store_watch.h"

#include <chrono>
#include <future>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "native-server/store/health/disk_probe.h"
#include "native-server/store/health/sickness.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

constexpr std::chrono::milliseconds kPause{100};

// Nothing when there is no such folder.
std::optional<ino_t> InodeOfImages(FileSystem& files, const CacheFolder& folder) {
  const auto status = files.StatName(folder.fd(), kImagesFolder);
  if (!status) return std::nullopt;
  return status->st_ino;
}

}  // namespace

StoreWatch::StoreWatch(CacheHome& home, const SharedIndex& index, IndexWriter& writer,
                       StoreHealth& health, FileSystem& files, const Clock& clock,
                       std::function<void()> on_recovery)
    : home_(home),
      index_(index),
      writer_(writer),
      health_(health),
      files_(files),
      clock_(clock),
      on_recovery_(std::move(on_recovery)),
      images_inode_(InodeOfImages(files, home.folder())),
      ticker_(kPause, [this] { Look(); }) {}

void StoreWatch::Look() {
  ProbeIfDue();
  if (health_.MayRead()) FollowRemoval();
}

void StoreWatch::FollowRemoval() {
  if (writer_.IsBehindTheFolder()) {
    writer_.StartOverIfLost();
    following_removal_ = true;
  }
  if (HaveImagesMoved()) following_removal_ = true;
  // An `rm -rf` takes its time, and what it has not reached yet was still there when the store
  // started over.
  if (following_removal_ && health_.MayWrite()) following_removal_ = NoteLosses() > 0;
}

bool StoreWatch::HaveImagesMoved() {
  const auto inode = InodeOfImages(files_, home_.folder());
  const bool moved = inode != images_inode_;
  images_inode_ = inode;
  return moved;
}

std::size_t StoreWatch::NoteLosses() {
  std::vector<std::string> actors;
  {
    const std::shared_lock lock(index_.mutex);
    actors = index_.images.manifest().ActorIds();
  }
  std::size_t losses = 0;
  for (const std::string& actor : actors) {
    struct File {
      std::string local_path;
      std::uint64_t size_bytes;
    };
    std::vector<File> files;
    {
      const std::shared_lock lock(index_.mutex);
      index_.images.manifest().ForEachOfActor(actor, [&files](EntryView entry) {
        files.push_back(
            {.local_path = std::string(entry.local_path()), .size_bytes = entry.size_bytes()});
      });
    }
    for (const File& file : files) {
      const auto path = LocalPath::Parse(file.local_path);
      if (path && !home_.folder().IsVanished(*path, file.size_bytes)) continue;
      writer_.NoteLoss(file.local_path);
      ++losses;
    }
  }
  return losses;
}

void StoreWatch::ProbeIfDue() {
  const auto probe = health_.TryBeginProbe();
  if (!probe) return;
  auto result = ProbeDisk(files_, home_.folder(), clock_);
  if (probe->tries_index && result.is_well()) {
    result.index = TryIndex();
  } else if (probe->tries_index) {
    // Without a disk there is no index either; it is tried once that is well.
    result.index = result.writing ? result.writing : result.reading;
  }
  if (health_.EndProbe(result)) on_recovery_();
}

std::optional<Sickness> StoreWatch::TryIndex() {
  std::promise<Result<void, StoreError>> committed;
  writer_.Enqueue(BookkeepingOrder{.checkpoint_revision = std::nullopt,
                                   .notes = {},
                                   .done = [&committed](const Result<void, StoreError>& outcome) {
                                     committed.set_value(outcome);
                                   }});
  const auto outcome = committed.get_future().get();
  if (outcome) return std::nullopt;
  return SicknessOf(outcome.error().code);
}

}  // namespace image_cache
