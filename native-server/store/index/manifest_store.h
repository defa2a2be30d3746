// The index on disk, as the store sees it: entries that survive the process. The seam for another
// engine when one machine is not enough.
//
// Owned by the IndexWriter, used under its lock: an implementation needs none of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "shared/manifest/entry.h"
#include "shared/result.h"

namespace image_cache {

enum class IndexError {
  kBroken,       // what is on disk cannot be read as an index: it is to be set aside
  kNewerFormat,  // written by a newer version of this program
  kIo,           // the disk, or another program that holds the index
};

// One transaction: all of it is on disk when Apply returns, or none of it.
struct IndexChange {
  bool remove_all = false;                // first,
  std::vector<std::string> removed_keys;  // then these,
  std::vector<Entry> puts;                // then these: added, or replaced by key
  // The manifest's, after the change. The revision never goes back, also over restarts.
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
};

struct LoadedIndex {
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
  bool is_new = false;      // nothing was there
  bool was_closed = false;  // by its last user, with Close: nothing can have been left half done
};

class ManifestStore {
 public:
  // What was not committed is lost, as if the process had been killed.
  virtual ~ManifestStore() = default;

  // Called once, first. The index counts as not closed from here on.
  [[nodiscard]] virtual Result<LoadedIndex, IndexError> Load(
      const std::function<void(Entry)>& visit) = 0;
  // Errors: kBroken, kIo.
  [[nodiscard]] virtual Result<void, IndexError> Apply(const IndexChange& change) = 0;
  // True when the index was removed from the disk under us: what is applied now would be lost.
  [[nodiscard]] virtual bool IsLost() = 0;
  // Called last, when files and index agree and everything is on disk.
  virtual void Close() = 0;
};

}  // namespace image_cache
