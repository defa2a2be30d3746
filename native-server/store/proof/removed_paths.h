// The places of the pictures that were removed or replaced since the last checkpoint.
//
// A power loss may take back the newest commits, so the index may name such a place again, as that
// of a picture which is older than the checkpoint and therefore trusted. So whatever is published
// there meanwhile (the same content under the same key has the same place) is brought to the
// platter before it takes its name: then the trust is right, whichever commits are left.
//
// Owned by the IndexWriter, used under its lock. Paths are kept as their hashes; two with one hash
// cost a needless sync.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace image_cache {

class RemovedPaths {
 public:
  // Beyond this many, every place counts as one of them until the next checkpoint.
  static constexpr std::size_t kMaxPaths = 65536;

  // `revision`: of the commit that removed it.
  void Note(std::string_view local_path, std::uint64_t revision);
  void NoteAll(std::uint64_t revision);
  // A checkpoint was made: what was removed up to its revision stays removed.
  void ForgetUpTo(std::uint64_t revision);

  [[nodiscard]] bool MayHold(std::string_view local_path) const;
  [[nodiscard]] std::size_t size() const { return revisions_.size(); }

 private:
  std::unordered_map<std::size_t, std::uint64_t> revisions_;  // by the path's hash
  std::uint64_t all_up_to_ = 0;  // not 0: too many, and the last of them was of this revision
};

}  // namespace image_cache
