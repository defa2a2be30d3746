// The index on disk, as the store sees it: entries that survive the process. The seam for another
// engine when one machine is not enough.
//
// Owned by the IndexWriter, used under its lock: an implementation needs none of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/store/index/compressed_form.h"
#include "native-server/store/store.h"
#include "shared/manifest/entry.h"
#include "shared/result.h"

namespace image_cache {

enum class IndexError {
  kBroken,       // what is on disk cannot be read as an index: it is to be set aside
  kNewerFormat,  // written by a newer version of this program
  kFull,         // no space for what is to be written
  kReadOnly,     // the disk or the file may only be read
  kIo,           // any other trouble with the disk, or another program that holds the index
};

// For who asked the store and not the index: kBroken is kIo there.
[[nodiscard]] StoreError StoreErrorOf(IndexError error);

// A small state of another part of the store, kept with the index under a name.
struct IndexNote {
  std::string name;
  std::string content;  // any bytes
};

// How an entry lies on the disk from now on; without a form, as it was downloaded. An entry that is
// put has none.
struct FormChange {
  std::string key;
  std::optional<CompressedForm> form;
};

// One transaction: all of it is on disk when Apply returns, or none of it.
struct IndexChange {
  bool remove_all = false;                // first,
  std::vector<std::string> removed_keys;  // then these,
  std::vector<Entry> puts;                // then these: added, or replaced by key
  std::vector<FormChange> forms;          // then these; no part of the manifest either
  std::vector<IndexNote> notes;           // put by name; they are no part of the manifest
  // Up to this revision everything, pictures too, is known to be on the platter.
  std::optional<std::uint64_t> checkpoint_revision;
  // The manifest's, after the change; the entries of `puts` are stored with it. It never goes back,
  // also over restarts.
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
};

struct LoadedIndex {
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
  std::uint64_t checkpoint_revision = 0;  // the last one's; 0 before the first
  // 16 hex digits, drawn anew for a new index and whenever it had not been closed: after a power
  // loss the same revision may come twice, with other contents, but never in the same epoch.
  std::string epoch;
  bool is_new = false;      // nothing was there
  bool was_closed = false;  // by its last user, with Close: nothing can have been left half done
};

class ManifestStore {
 public:
  // What was not committed is lost, as if the process had been killed.
  virtual ~ManifestStore() = default;

  // Called once, first: shows every entry, with the revision of the commit that put it. The index
  // counts as not closed from here on.
  [[nodiscard]] virtual Result<LoadedIndex, IndexError> Load(
      const std::function<void(const Entry&, std::uint64_t revision)>& visit) = 0;
  // Shows what lies compressed. Called after Load. Errors: kBroken, kIo.
  [[nodiscard]] virtual Result<void, IndexError> LoadForms(
      const std::function<void(const std::string& local_path, const CompressedForm&)>& visit) = 0;
  // Nothing when there is no note of that name. Errors: kBroken, kIo.
  [[nodiscard]] virtual Result<std::optional<std::string>, IndexError> LoadNote(
      std::string_view name) = 0;
  // Errors: kBroken, kIo.
  [[nodiscard]] virtual Result<void, IndexError> Apply(const IndexChange& change) = 0;
  // True when the index was removed from the disk under us: what is applied now would be lost.
  [[nodiscard]] virtual bool IsLost() = 0;
  // Called last, when files and index agree and everything is on disk.
  virtual void Close() = 0;
};

}  // namespace image_cache
