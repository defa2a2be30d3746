#include "native-server/store/changes/change_log.h"

#include <algorithm>
#include <shared_mutex>
#include <utility>

#include "native-server/store/index/image_index.h"

namespace image_cache {
namespace {

// How much memory it takes. Most texts are a few hundred bytes long, so what is around them counts.
std::size_t BytesOf(const std::shared_ptr<const ChangeGroup>& group) {
  constexpr std::size_t kPlaceInLog = sizeof(group);
  constexpr std::size_t kAllocations = 3 * 16;  // the reference count, and what malloc adds to two
  return kPlaceInLog + kAllocations + sizeof(ChangeGroup) + group->text->size();
}

}  // namespace

ChangeLog::Watch::~Watch() {
  const std::lock_guard lock(log_.listening_);
  log_.listeners_.erase(id_);
}

ChangeLog::ChangeLog(const SharedIndex& index, std::string epoch, ChangeLogLimits limits)
    : index_(index),
      epoch_(std::move(epoch)),
      limits_(limits),
      oldest_revision_(index.images.manifest().revision()),
      revision_(oldest_revision_) {}

std::uint64_t ChangeLog::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

std::uint64_t ChangeLog::NewestSeen() const {
  const std::shared_lock lock(index_.mutex);
  return std::max<std::uint64_t>(index_.images.manifest().revision(), foreseen_);
}

ChangesSince ChangeLog::Since(std::uint64_t revision) const {
  // First: what it has seen by now may be announced before the log is looked at, not after.
  const std::uint64_t newest_seen = NewestSeen();
  const std::lock_guard lock(mutex_);
  ChangesSince since{.is_full = revision < oldest_revision_, .revision = revision_, .groups = {}};
  if (revision > revision_) {
    // A manifest is read beside its writer, who announces a change when it has been made.
    since.is_full = revision > newest_seen;
    if (!since.is_full) since.revision = revision;
    return since;
  }
  if (since.is_full) return since;
  const auto first = std::upper_bound(
      groups_.begin(), groups_.end(), revision,
      [](std::uint64_t wanted, const auto& group) { return wanted < group->revision; });
  since.groups.assign(first, groups_.end());
  return since;
}

std::unique_ptr<ChangeLog::Watch> ChangeLog::StartWatch(Listener listener) {
  const std::lock_guard lock(listening_);
  const std::uint64_t id = next_id_++;
  listeners_.emplace(id, std::move(listener));
  return std::make_unique<Watch>(*this, id);
}

ChangeLogStats ChangeLog::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.groups = groups_.size(),
          .max_groups = limits_.groups,
          .bytes = bytes_,
          .max_bytes = limits_.bytes,
          .oldest_revision = oldest_revision_,
          .gaps = gaps_};
}

void ChangeLog::Append(ChangeText text, std::uint64_t revision, std::int64_t last_updated_ms) {
  if (text) text->shrink_to_fit();  // it was grown by appending, and is kept for long
  // Held from here on, so that the listeners hear the groups in their order.
  const std::lock_guard listening(listening_);
  std::shared_ptr<const ChangeGroup> group;
  {
    const std::lock_guard lock(mutex_);
    if (revision <= revision_) return;  // nothing has changed
    group = std::make_shared<const ChangeGroup>(ChangeGroup{.since = revision_,
                                                            .revision = revision,
                                                            .last_updated_ms = last_updated_ms,
                                                            .text = std::move(text)});
    revision_ = revision;
    Keep(group);
  }
  for (const auto& [id, listener] : listeners_) listener(group);
}

void ChangeLog::Keep(std::shared_ptr<const ChangeGroup> group) {
  if (!group->text) {
    ++gaps_;
    while (!groups_.empty()) DropOldest();
    oldest_revision_ = group->revision;
    return;
  }
  bytes_ += BytesOf(group);
  groups_.push_back(std::move(group));
  while (groups_.size() > limits_.groups || bytes_ > limits_.bytes) DropOldest();
}

void ChangeLog::DropOldest() {
  oldest_revision_ = groups_.front()->revision;
  bytes_ -= BytesOf(groups_.front());
  groups_.pop_front();
}

}  // namespace image_cache
