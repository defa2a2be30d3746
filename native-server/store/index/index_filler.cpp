#include "native-server/store/index/index_filler.h"

#include <utility>

#include "native-server/store/proof/unproven.h"

namespace image_cache {

IndexFiller::IndexFiller(ImageIndex& images)
    : images_(images), batches_(kBatches), thread_([this] { Run(); }) {}

IndexFiller::~IndexFiller() {
  if (thread_.joinable()) End();
}

void IndexFiller::Add(const Entry& entry, std::uint64_t revision) {
  Batch& batch = batches_[writing_ % kBatches];
  Row& row = batch.rows.at(batch.size++);
  row.entry = entry;
  row.revision = revision;
  if (batch.size == kRowsPerBatch) HandOver();
}

FilledIndex IndexFiller::Finish() {
  HandOver();
  End();
  if (failure_) std::rethrow_exception(failure_);
  return std::move(filled_);
}

void IndexFiller::HandOver() {
  std::unique_lock lock(mutex_);
  handed_over_ = ++writing_;
  changed_.notify_one();
  // The next one's place is free when the thread is done with what stood there before.
  changed_.wait(lock, [this] { return handed_over_ - done_ < kBatches; });
  batches_[writing_ % kBatches].size = 0;
}

void IndexFiller::End() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void IndexFiller::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ended_ || done_ < handed_over_; });
    if (done_ == handed_over_) return;
    const Batch& batch = batches_[done_ % kBatches];
    lock.unlock();
    try {
      // After a failure the rest is let pass: the owner learns of it at the end.
      if (!failure_) Put(batch);
    } catch (...) {
      failure_ = std::current_exception();
    }
    lock.lock();
    ++done_;
    changed_.notify_one();
  }
}

void IndexFiller::Put(const Batch& batch) {
  for (std::size_t i = 0; i < batch.size; ++i) {
    const Row& row = batch.rows.at(i);
    if (!images_.PutIfSound(row.entry)) {
      filled_.refused_keys.push_back(row.entry.s3_url);
      continue;
    }
    filled_.revisions.push_back(row.revision);
    filled_.path_hashes.push_back(Unproven::HashOf(row.entry.local_path));
  }
}

}  // namespace image_cache
