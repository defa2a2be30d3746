#include "native-server/store/smaller/smaller_pictures.h"

#include <spdlog/spdlog.h>

#include <iterator>
#include <limits>
#include <shared_mutex>

#include "native-server/contents/picture_head.h"
#include "native-server/store/folder/beneath.h"
#include "shared/keys/object_id.h"

namespace image_cache {
namespace {

// An actor may have a single one, whose folder takes a block as well.
constexpr std::uint64_t kFolderBytes = 4096;

std::uint64_t Charged(std::uint64_t size_bytes) { return size_bytes + kFolderBytes; }

// Whether the bytes are what they are said to be. The rules for what may be stored were the
// original's.
bool IsAsNamed(const SmallerName& name, std::span<const char> bytes) {
  PictureHead head({.takes_svg = false, .max_pixels = std::numeric_limits<std::uint64_t>::max()});
  if (!head.Append({bytes.data(), bytes.size()})) return false;
  const auto size = head.size();
  return head.Finish() == name.type && size && size->width <= static_cast<unsigned>(name.width);
}

}  // namespace

SmallerPictures::SmallerPictures(CacheFolder& folder, const SharedIndex& index, SpaceKeeper& space,
                                 const StoreHealth& health, const SmallerLimits& limits)
    : folder_(folder), index_(index), space_(space), health_(health), limits_(limits) {}

void SmallerPictures::Load(bool was_closed) {
  const std::lock_guard lock(mutex_);
  std::size_t removed = 0;
  for (SmallerFolder::File& file : folder_.List()) {
    // The second of one width: a removal that failed.
    if (!was_closed || !FindStored(file.name.original) || by_key_.contains(KeyOf(file.name))) {
      folder_.Remove(file.name);
      ++removed;
      continue;
    }
    space_.AddFile(std::string(file.name.original.actor_id()), Charged(file.size_bytes));
    Add({.name = std::move(file.name), .size_bytes = file.size_bytes});
  }
  FitInto(limits_.bytes, limits_.pictures);
  if (removed > 0) spdlog::info("removed {} smaller pictures, which are made anew", removed);
}

Result<OpenedImage, StoreError> SmallerPictures::Open(const LocalPath& original, int width) {
  auto stored = FindStored(original);
  if (!stored) return Fail(StoreError::kNotFound, "no such picture is cached");
  std::unique_lock lock(mutex_);
  const auto found = by_key_.find({original.text(), width});
  if (found == by_key_.end()) return Fail(StoreError::kNotFound, "it was not made yet");
  pictures_.splice(pictures_.begin(), pictures_, found->second);
  const Kept kept = *found->second;
  lock.unlock();
  if (auto may_read = health_.MayRead(); !may_read) return tl::make_unexpected(may_read.error());
  auto image = folder_.Open(kept.name);
  if (image && image->size_bytes == kept.size_bytes) {
    image->object_id = ObjectId(stored->key);
    image->object_bytes = stored->size_bytes;
    image->key = std::move(stored->key);
    return std::move(*image);
  }
  if (!image && !CacheFolder::MeansVanished(image.error())) {
    return FailWithErrno("a smaller picture cannot be opened", image.error());
  }
  // Somebody else has removed or changed it. Looked up again: it may be another by now.
  lock.lock();
  const auto again = by_key_.find(KeyOf(kept.name));
  if (again != by_key_.end() && again->second->size_bytes == kept.size_bytes) {
    Remove(again->second);
  }
  return Fail(StoreError::kNotFound, "the smaller picture's file is gone");
}

Result<void, StoreError> SmallerPictures::Keep(SmallerName name, std::span<const char> bytes,
                                               Room room) {
  if (!IsAsNamed(name, bytes)) {
    return Fail(StoreError::kNotAPicture, "what was made is no smaller picture");
  }
  if (auto may_write = health_.MayWrite(); !may_write) {
    return tl::make_unexpected(may_write.error());
  }
  const std::uint64_t on_disk = SpaceLedger::OnDisk(Charged(bytes.size()));
  if (on_disk > limits_.bytes) {
    return Fail(StoreError::kTooLarge, "the smaller picture is larger than all of them may be");
  }
  name.content_hash = SmallerContentHash(bytes);
  // Before the lock: it may evict actors, whose smaller pictures are then forgotten.
  SpaceReservation space(space_, std::string(name.original.actor_id()), room);
  if (auto reserved = space.GrowTo(Charged(bytes.size())); !reserved) return reserved;
  auto file = folder_.CreateTemporary();
  if (!file) return tl::make_unexpected(file.error());
  if (auto written = file->Write(bytes); !written) return written;

  const std::lock_guard lock(mutex_);
  // The original's file may be off the disk already; whoever removes it from now on comes after
  // this and finds what is added here.
  if (!FindStored(name.original)) {
    return Fail(StoreError::kNotFound, "the picture was removed meanwhile");
  }
  if (const auto found = by_key_.find(KeyOf(name)); found != by_key_.end()) Remove(found->second);
  if (room == Room::kAsItIs && !Fits(on_disk)) {
    return Fail(StoreError::kFull, "another smaller picture would have to go");
  }
  FitInto(limits_.bytes - on_disk, limits_.pictures - 1);
  if (auto placed = folder_.Place(*file, name); !placed) return placed;
  space.Settle(Charged(bytes.size()));
  Add({.name = std::move(name), .size_bytes = bytes.size()});
  return {};
}

void SmallerPictures::Forget(std::string_view original_local_path) {
  const std::lock_guard lock(mutex_);
  auto next = by_key_.lower_bound({std::string(original_local_path), 0});
  while (next != by_key_.end() && next->first.first == original_local_path) {
    const Pictures::iterator kept = next->second;
    ++next;
    Remove(kept);
  }
}

bool SmallerPictures::Holds(const LocalPath& original, int width) const {
  const std::lock_guard lock(mutex_);
  return by_key_.contains({original.text(), width});
}

bool SmallerPictures::HasRoomFor(std::uint64_t size_bytes) const {
  const std::lock_guard lock(mutex_);
  return Fits(SpaceLedger::OnDisk(Charged(size_bytes)));
}

bool SmallerPictures::Has(const SmallerName& name) const {
  const std::lock_guard lock(mutex_);
  return Find(name).has_value();
}

bool SmallerPictures::RemoveIf(const SmallerName& name,
                               const std::function<bool(bool is_kept)>& is_so) {
  const std::lock_guard lock(mutex_);
  const auto found = Find(name);
  if (!is_so(found.has_value())) return false;
  if (found) {
    Remove(*found);
  } else {
    folder_.Remove(name);
  }
  return true;
}

SmallerStats SmallerPictures::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.pictures = pictures_.size(),
          .max_pictures = limits_.pictures,
          .bytes = bytes_,
          .max_bytes = limits_.bytes,
          .evicted = evicted_};
}

std::optional<SmallerPictures::Stored> SmallerPictures::FindStored(
    const LocalPath& original) const {
  const std::shared_lock lock(index_.mutex);
  const auto entry = index_.images.FindByPath(original.text());
  if (!entry) return std::nullopt;
  return Stored{.key = std::string(entry->s3_url()), .size_bytes = entry->size_bytes()};
}

std::optional<SmallerPictures::Pictures::iterator> SmallerPictures::Find(
    const SmallerName& name) const {
  const auto found = by_key_.find(KeyOf(name));
  if (found == by_key_.end() || found->second->name.content_hash != name.content_hash ||
      found->second->name.type != name.type) {
    return std::nullopt;
  }
  return found->second;
}

void SmallerPictures::Add(Kept kept) {
  bytes_ += SpaceLedger::OnDisk(Charged(kept.size_bytes));
  pictures_.push_front(std::move(kept));
  by_key_.emplace(KeyOf(pictures_.front().name), pictures_.begin());
}

void SmallerPictures::Remove(Pictures::iterator kept) {
  folder_.Remove(kept->name);
  bytes_ -= SpaceLedger::OnDisk(Charged(kept->size_bytes));
  space_.RemoveFile(std::string(kept->name.original.actor_id()), Charged(kept->size_bytes));
  by_key_.erase(KeyOf(kept->name));
  pictures_.erase(kept);
}

void SmallerPictures::FitInto(std::uint64_t bytes, std::size_t pictures) {
  while (!pictures_.empty() && (bytes_ > bytes || pictures_.size() > pictures)) {
    Remove(std::prev(pictures_.end()));
    ++evicted_;
  }
}

}  // namespace image_cache
