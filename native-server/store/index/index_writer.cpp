#include "native-server/store/index/index_writer.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <set>
#include <string_view>
#include <utility>

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

IndexWriter::IndexWriter(CacheHome& home, SharedIndex& index, ChangeLog& changes,
                         SpaceKeeper& space, std::unique_ptr<ManifestStore> store, Clock& clock,
                         std::function<void()> on_change)
    : home_(home),
      index_(index),
      changes_(changes),
      space_(space),
      clock_(clock),
      on_change_(std::move(on_change)),
      unlinker_(home.folder(), index, space, changing_),
      store_(std::move(store)),
      thread_([this] { Run(); }) {
  // What was loaded, before anything changes it.
  index_.committed_revision = index_.images.manifest().revision();
}

IndexWriter::~IndexWriter() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queued_.notify_one();
  thread_.join();
  unlinker_.Stop();
  const std::lock_guard lock(changing_);
  // Files that had to be left are found by the sweep, which follows a run that was not closed.
  const bool is_clean = !leave_unclosed_ && unlinker_.debris().files == 0;
  if (is_clean && !store_->IsLost() && CommitRevision()) store_->Close();
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
  if (auto* order = std::get_if<BookkeepingOrder>(&queue_.front())) {
    Work work(std::move(*order));
    queue_.pop_front();
    return work;
  }
  if (auto* order = std::get_if<FormOrder>(&queue_.front())) {
    Work work(std::move(*order));
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

void IndexWriter::Do(const RemovalOrder& removal) {
  Result<Removal, StoreError> removed;
  {
    const std::lock_guard lock(changing_);
    removed = Remove(removal);
  }
  Tell(removal.done, std::move(removed));
}

void IndexWriter::Do(BookkeepingOrder order) {
  Result<void, StoreError> committed;
  {
    const std::lock_guard lock(changing_);
    committed = CommitBookkeeping(order);
  }
  Tell(order.done, std::move(committed));
}

void IndexWriter::Do(FormOrder order) {
  Result<void, StoreError> changed;
  {
    const std::lock_guard lock(changing_);
    changed = ChangeForm(order);
  }
  order.image.reset();
  Tell(order.done, std::move(changed));
}

}  // namespace image_cache
