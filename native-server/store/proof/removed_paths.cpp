#include "native-server/store/proof/removed_paths.h"

#include <algorithm>
#include <functional>

namespace image_cache {

void RemovedPaths::Note(std::string_view local_path, std::uint64_t revision) {
  if (all_up_to_ != 0 || revisions_.size() >= kMaxPaths) {
    NoteAll(revision);
  } else {
    revisions_[std::hash<std::string_view>{}(local_path)] = revision;
  }
}

void RemovedPaths::NoteAll(std::uint64_t revision) {
  revisions_.clear();
  all_up_to_ = std::max(all_up_to_, revision);
}

void RemovedPaths::ForgetUpTo(std::uint64_t revision) {
  if (all_up_to_ <= revision) all_up_to_ = 0;
  std::erase_if(revisions_, [revision](const auto& item) { return item.second <= revision; });
}

bool RemovedPaths::MayHold(std::string_view local_path) const {
  return all_up_to_ != 0 || revisions_.contains(std::hash<std::string_view>{}(local_path));
}

}  // namespace image_cache
