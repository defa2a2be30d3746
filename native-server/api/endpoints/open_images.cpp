#include "native-server/api/endpoints/open_images.h"

#include <sys/stat.h>

#include <utility>

namespace image_cache {
namespace {

// A path is far shorter, however it is spelled. Longer names are not worth their memory.
constexpr std::size_t kMaxNameBytes = 1024;

bool HasVanished(const ServedFile& file) {
  struct stat status {};
  return ::fstat(file.fd().get(), &status) != 0 || status.st_nlink == 0 ||
         static_cast<std::uint64_t>(status.st_size) != file.size_bytes();
}

}  // namespace

const OpenPicture* OpenImages::Find(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  const Images::iterator image = found->second;
  const TimePoint checked_before = image->checked;
  if (!IsStillThere(*image, clock_.MonotonicCoarse())) {
    Drop(image);
    return nullptr;
  }
  if (image->checked != checked_before) store_.NoteOpened(image->picture.path.actor_id());
  images_.splice(images_.begin(), images_, image);
  ServedFile& file = *image->picture.file;
  if (file.bytes().empty()) TakeIntoMemory(file);
  return &image->picture;
}

void OpenImages::Keep(std::string_view name, OpenPicture picture, std::uint64_t removals) {
  if (name.size() > kMaxNameBytes || limits_.images == 0) return;
  if (const auto found = by_name_.find(name); found != by_name_.end()) Drop(found->second);
  while (images_.size() >= limits_.images) Drop(std::prev(images_.end()));
  images_.push_front(Image{.name = std::string(name),
                           .picture = std::move(picture),
                           .removals = removals,
                           .checked = clock_.MonotonicCoarse()});
  by_name_.emplace(images_.front().name, images_.begin());
  count_ = images_.size();
}

void OpenImages::Sweep() {
  const TimePoint now = clock_.MonotonicCoarse();
  for (auto image = images_.begin(); image != images_.end();) {
    image = IsStillThere(*image, now) ? std::next(image) : Drop(image);
  }
}

void OpenImages::Clear() {
  while (!images_.empty()) Drop(images_.begin());
}

bool OpenImages::IsStillThere(Image& image, TimePoint now) {
  if (const std::uint64_t removals = store_.removals(); removals != image.removals) {
    if (!store_.Holds(image.picture.path)) return false;
    image.removals = removals;
  }
  if (now - image.checked < kCheckInterval) return true;
  image.checked = now;
  return !HasVanished(*image.picture.file);
}

void OpenImages::TakeIntoMemory(ServedFile& file) {
  const std::uint64_t size_bytes = file.size_bytes();
  if (size_bytes > limits_.image_in_memory_bytes || size_bytes > limits_.bytes) return;
  // From the other end, so `file` itself, which was just asked for, is never reached: the ones
  // before it would have to hold no bytes, and then there is room.
  while (bytes_ + size_bytes > limits_.bytes) Drop(std::prev(images_.end()));
  if (file.ReadBytes()) bytes_ += size_bytes;
}

OpenImages::Images::iterator OpenImages::Drop(Images::iterator image) {
  by_name_.erase(image->name);
  bytes_ -= image->picture.file->bytes().size();
  const auto next = images_.erase(image);
  count_ = images_.size();
  return next;
}

}  // namespace image_cache
