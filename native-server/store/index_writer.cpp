#include "native-server/store/index_writer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <set>
#include <shared_mutex>
#include <string_view>
#include <utility>

#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

// So that the first of a long run does not wait for the last.
constexpr std::size_t kMaxPublicationsPerCommit = 256;

std::string_view KeyOf(const Publication& publication) { return publication.entry.key; }

template <typename Callback, typename Outcome>
void Tell(const Callback& done, Outcome outcome) {
  if (!done) return;
  try {
    done(std::move(outcome));
  } catch (const std::exception& error) {
    spdlog::error("a callback of the store failed: {}", error.what());
  }
}

}  // namespace

IndexWriter::IndexWriter(CacheHome& home, SharedIndex& index, SpaceKeeper& space,
                         std::unique_ptr<ManifestStore> store, Clock& clock,
                         std::function<void()> on_change)
    : home_(home),
      index_(index),
      space_(space),
      clock_(clock),
      on_change_(std::move(on_change)),
      store_(std::move(store)),
      thread_([this] { Run(); }) {}

IndexWriter::~IndexWriter() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queued_.notify_one();
  thread_.join();
  const std::lock_guard lock(changing_);
  if (!store_->IsLost()) store_->Close();
}

void IndexWriter::Push(Operation operation) {
  {
    const std::lock_guard lock(queue_mutex_);
    queue_.push_back(std::move(operation));
  }
  queued_.notify_one();
}

void IndexWriter::NoteLoss(const std::string& local_path) {
  {
    const std::lock_guard lock(queue_mutex_);
    if (!lost_.insert(local_path).second) return;
    queue_.push_back(RemovalOrder{
        .what = RemovalOrder::What::kVanishedPath, .name = local_path, .done = nullptr});
  }
  queued_.notify_one();
}

std::size_t IndexWriter::queued() const {
  const std::lock_guard lock(queue_mutex_);
  return queue_.size();
}

void IndexWriter::Run() {
  for (;;) {
    std::unique_lock lock(queue_mutex_);
    queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Work work = TakeWork();
    lock.unlock();
    std::visit([this](auto& what) { Do(std::move(what)); }, work);
  }
}

IndexWriter::Work IndexWriter::TakeWork() {
  if (auto* removal = std::get_if<RemovalOrder>(&queue_.front())) {
    // From here on it may be noted again: what happens behind the look that follows is not seen by
    // it.
    if (removal->what == RemovalOrder::What::kVanishedPath) lost_.erase(removal->name);
    Work work(std::move(*removal));
    queue_.pop_front();
    return work;
  }
  // A key twice in one transaction would hide the first one's file from those that are replaced.
  Publications publications;
  std::set<std::string, std::less<>> keys;
  while (!queue_.empty() && publications.size() < kMaxPublicationsPerCommit) {
    auto* publication = std::get_if<Publication>(&queue_.front());
    if (publication == nullptr || !keys.emplace(KeyOf(*publication)).second) break;
    publications.push_back(std::move(*publication));
    queue_.pop_front();
  }
  return publications;
}

void IndexWriter::Do(Publications publications) {
  std::vector<Result<Entry, StoreError>> outcomes;
  {
    const std::lock_guard lock(changing_);
    outcomes = Publish(publications);
  }
  for (std::size_t i = 0; i < publications.size(); ++i) {
    publications[i].image.reset();  // first: who is told may look at the folder, or stop the store
    Tell(publications[i].done, std::move(outcomes[i]));
  }
}

void IndexWriter::Do(RemovalOrder removal) {
  Result<std::vector<Entry>, StoreError> removed;
  {
    const std::lock_guard lock(changing_);
    removed = Remove(removal.what, removal.name);
  }
  if (!removed) {
    Tell(removal.done, Result<Removal, StoreError>(tl::make_unexpected(removed.error())));
    return;
  }
  Removal total{.removed = removed->size()};
  for (const Entry& entry : *removed) total.bytes_freed += entry.size_bytes;
  Tell(removal.done, Result<Removal, StoreError>(total));
}

Result<void, StoreError> IndexWriter::Evict(const std::string& actor_id) {
  const std::lock_guard lock(changing_);
  auto removed = Remove(RemovalOrder::What::kActor, actor_id);
  if (!removed) return tl::make_unexpected(removed.error());
  for (const Entry& entry : *removed) evicted_bytes_ += entry.size_bytes;
  evicted_entries_ += removed->size();
  if (!removed->empty()) {
    spdlog::info("evicted actor {}: {} pictures", actor_id, removed->size());
  }
  return {};
}

void IndexWriter::StartOverIfLost() {
  const std::lock_guard lock(changing_);
  if (auto recovered = RecoverIfLost(); !recovered) {
    spdlog::error("the cache folder was removed and cannot be made again: {}",
                  recovered.error().detail);
  }
}

std::vector<Result<Entry, StoreError>> IndexWriter::Publish(Publications& publications) {
  const auto recovered = RecoverIfLost();
  std::vector<Result<Entry, StoreError>> outcomes;
  IndexChange change;
  for (Publication& publication : publications) {
    outcomes.push_back(recovered ? Place(publication, home_.folder(), clock_.NowMs())
                                 : tl::make_unexpected(recovered.error()));
    if (outcomes.back()) change.puts.push_back(*outcomes.back());
  }
  if (change.puts.empty()) return outcomes;

  if (auto committed = Commit(change); !committed) {
    for (auto& outcome : outcomes) {
      if (!outcome) continue;
      // The same content under the same key has the same file, which its entry still names.
      const std::shared_lock lock(index_.mutex);
      const bool is_named = index_.images.FindByPath(outcome->local_path) != nullptr;
      const auto path = LocalPath::Parse(outcome->local_path);
      if (!is_named && path) home_.folder().RemoveImage(*path);
      outcome = tl::make_unexpected(committed.error());
    }
    return outcomes;
  }

  std::vector<Entry> replaced;
  {
    const std::lock_guard lock(index_.mutex);
    for (Entry& entry : change.puts) {
      if (auto old = index_.images.Put(std::move(entry))) replaced.push_back(std::move(*old));
    }
    index_.images.Stamp(change.revision, change.last_updated_ms);
  }
  for (std::size_t i = 0; i < publications.size(); ++i) {
    if (outcomes[i]) publications[i].image->space().Settle(outcomes[i]->size_bytes);
  }
  for (const Entry& entry : replaced) RemoveFile(entry);
  on_change_();
  return outcomes;
}

Result<std::vector<Entry>, StoreError> IndexWriter::Remove(RemovalOrder::What what,
                                                           const std::string& name) {
  if (auto recovered = RecoverIfLost(); !recovered) return tl::make_unexpected(recovered.error());
  std::vector<Entry> removed = TakeFromMemory(what, name);
  if (removed.empty()) return removed;

  IndexChange change;
  change.remove_all = what == RemovalOrder::What::kAll;
  if (!change.remove_all) {
    for (const Entry& entry : removed) change.removed_keys.push_back(entry.s3_url);
  }
  if (auto committed = Commit(change); !committed) {
    const std::lock_guard lock(index_.mutex);
    for (Entry& entry : removed) index_.images.Put(std::move(entry));
    return tl::make_unexpected(committed.error());
  }
  {
    const std::lock_guard lock(index_.mutex);
    index_.images.Stamp(change.revision, change.last_updated_ms);
  }
  for (const Entry& entry : removed) RemoveFile(entry);
  on_change_();
  return removed;
}

std::vector<Entry> IndexWriter::TakeFromMemory(RemovalOrder::What what, const std::string& name) {
  if (what == RemovalOrder::What::kVanishedPath && !IsVanished(name)) return {};
  const std::lock_guard lock(index_.mutex);
  switch (what) {
    case RemovalOrder::What::kKey:
      return index_.images.Remove(name);
    case RemovalOrder::What::kActor:
      return index_.images.RemoveActor(name);
    case RemovalOrder::What::kAll:
      return index_.images.Clear();
    case RemovalOrder::What::kVanishedPath:
      if (const Entry* entry = index_.images.FindByPath(name)) {
        return index_.images.Remove(std::string(entry->s3_url));
      }
      break;
  }
  return {};
}

bool IndexWriter::IsVanished(const std::string& local_path) {
  std::uint64_t size_bytes = 0;
  {
    const std::shared_lock lock(index_.mutex);
    const Entry* entry = index_.images.FindByPath(local_path);
    if (entry == nullptr) return false;
    size_bytes = entry->size_bytes;
  }
  const auto path = LocalPath::Parse(local_path);
  return !path || home_.folder().IsVanished(*path, size_bytes);
}

Result<void, StoreError> IndexWriter::Commit(IndexChange& change) {
  {
    const std::shared_lock lock(index_.mutex);
    const Manifest& manifest = index_.images.manifest();
    // An upper bound of what the manifest will count itself; it is stamped with it afterwards.
    change.revision = manifest.revision() + change.puts.size() + 1;
    change.last_updated_ms = std::max(clock_.NowMs(), manifest.last_updated_ms());
  }
  auto applied = store_->Apply(change);
  if (applied) return {};
  spdlog::error("the index cannot be written: {}", applied.error().detail);
  return Fail(StoreError::kIo, "the index cannot be written");
}

Result<void, StoreError> IndexWriter::RecoverIfLost() {
  if (auto restored = home_.Restore(); !restored) return restored;
  if (!store_->IsLost()) return {};
  spdlog::warn("the cache folder was removed: starting over with what is left");
  auto opened = home_.OpenIndex(clock_.NowMs());
  if (!opened) return tl::make_unexpected(opened.error());
  store_ = std::move(opened->store);

  std::vector<Entry> lost;
  IndexChange change;
  change.remove_all = true;
  {
    const std::shared_lock lock(index_.mutex);
    index_.images.manifest().ForEach([&](const Entry& entry) { change.puts.push_back(entry); });
  }
  std::erase_if(change.puts, [&](const Entry& entry) {
    const auto path = LocalPath::Parse(entry.local_path);
    if (path && !home_.folder().IsVanished(*path, entry.size_bytes)) return false;
    lost.push_back(entry);
    return true;
  });
  {
    const std::lock_guard lock(index_.mutex);
    for (const Entry& entry : lost) index_.images.Remove(entry.s3_url);
  }
  for (const Entry& entry : lost) RemoveFile(entry);
  if (auto committed = Commit(change); !committed) return committed;
  {
    const std::lock_guard lock(index_.mutex);
    index_.images.Stamp(change.revision, change.last_updated_ms);
  }
  on_change_();
  return {};
}

void IndexWriter::RemoveFile(const Entry& entry) {
  bool is_named = false;
  {
    const std::shared_lock lock(index_.mutex);
    is_named = index_.images.FindByPath(entry.local_path) != nullptr;
  }
  const auto path = LocalPath::Parse(entry.local_path);
  // Named: replaced by the same content, so the file in this place is the new entry's.
  if (!is_named && path) home_.folder().RemoveImage(*path);
  space_.RemoveFile(entry.actor_id, entry.size_bytes);
}

}  // namespace image_cache
