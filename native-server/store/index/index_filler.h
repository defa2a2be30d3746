// Fills the index in memory on a thread of its own, while its owner reads what goes into it: at a
// million entries either takes a second of a processor.
//
// Used by one thread; the index belongs to the filler until Finish. Holds at most kBatches times
// kRowsPerBatch rows.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "native-server/store/index/image_index.h"

namespace image_cache {

// What became of the rows, in their order.
struct FilledIndex {
  std::vector<std::string> refused_keys;  // of entries that break a rule, and so were left out
  std::vector<std::uint64_t> revisions;   // of the others,
  std::vector<std::size_t> path_hashes;   // and Unproven::HashOf their local paths
};

class IndexFiller {
 public:
  explicit IndexFiller(ImageIndex& images);
  ~IndexFiller();  // waits for the thread
  IndexFiller(const IndexFiller&) = delete;
  IndexFiller& operator=(const IndexFiller&) = delete;

  void Add(const Entry& entry, std::uint64_t revision);
  // Returns when every row is in. Throws what filling has thrown. Called once, last.
  [[nodiscard]] FilledIndex Finish();

 private:
  static constexpr std::size_t kBatches = 4;
  static constexpr std::size_t kRowsPerBatch = 256;

  struct Row {
    Entry entry;
    std::uint64_t revision = 0;
  };
  struct Batch {
    std::array<Row, kRowsPerBatch> rows;  // used again and again: their texts keep their memory
    std::size_t size = 0;
  };

  void HandOver();  // the batch that Add has been filling
  void End();
  void Run();
  void Put(const Batch& batch);

  ImageIndex& images_;
  FilledIndex filled_;          // the thread's, until it has ended
  std::exception_ptr failure_;  // likewise
  std::vector<Batch> batches_;  // number n stands at n modulo kBatches
  std::size_t writing_ = 0;     // the number of the batch that Add fills

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t handed_over_ = 0;  // guarded by mutex_: batches in all
  std::size_t done_ = 0;         // guarded by mutex_: of them, those that are in the index
  bool ended_ = false;           // guarded by mutex_
  std::thread thread_;           // last: it uses all of the above
};

}  // namespace image_cache
