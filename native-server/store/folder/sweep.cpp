#include "native-server/store/folder/sweep.h"

#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native-server/store/folder/our_name.h"
#include "native-server/store/proof/unproven.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

// What is not there, or is no folder, holds no pictures. Any other failure says nothing about them.
ErrnoResult<std::vector<std::string>> List(const CacheFolder& folder, const std::string& name) {
  auto names = folder.files().List(folder.fd(), name);
  if (!names && CacheFolder::MeansVanished(names.error())) return std::vector<std::string>();
  return names;
}

// Its size is looked up, since its space counts as used until it is unlinked.
void AddOrphan(const CacheFolder& folder, const LocalPath& path, std::vector<DebrisFile>& orphans) {
  FileSystem& files = folder.files();
  DebrisFile orphan{
      .local_path = path.text(), .actor_id = std::string(path.actor_id()), .size_bytes = 0};
  const auto place = files.Open(folder.fd(), std::string(kImagesFolder) + "/" + orphan.actor_id,
                                O_PATH | O_DIRECTORY);
  if (!place) return;  // gone meanwhile
  const auto status = files.StatName(place->get(), std::string(path.file_name()));
  if (!status || S_ISDIR(status->st_mode)) return;
  orphan.size_bytes = static_cast<std::uint64_t>(status->st_size);
  orphans.push_back(std::move(orphan));
}

// A million names are compared here while somebody waits for the server, so each costs one look
// into the index and no memory of its own but a hash.
class Comparison {
 public:
  Comparison(const CacheFolder& folder, const ImageIndex& index) : folder_(folder), index_(index) {
    seen_.reserve(index.manifest().Totals().entries);
  }

  void LookAt(const std::string& actor_id, const std::vector<std::string>& names) {
    path_.assign(kLocalPathPrefix).append(actor_id).append("/");
    const std::size_t prefix = path_.size();
    for (const std::string& name : names) {
      path_.resize(prefix);
      path_ += name;
      if (index_.FindByPath(path_)) {
        seen_.push_back(Unproven::HashOf(path_));
        continue;
      }
      const auto path = LocalPath::Parse(path_);
      if (path && IsOurName(*path)) AddOrphan(folder_, *path, result_.orphans);
    }
  }

  [[nodiscard]] SweepResult Finish() {
    // A name is listed once, so as many as there are entries are all of them.
    if (seen_.size() == index_.manifest().Totals().entries) return std::move(result_);
    std::sort(seen_.begin(), seen_.end());
    index_.manifest().ForEach([this](EntryView entry) {
      const std::size_t hash = Unproven::HashOf(entry.local_path());
      if (std::binary_search(seen_.begin(), seen_.end(), hash)) return;
      result_.missing_keys.emplace_back(entry.s3_url());
    });
    return std::move(result_);
  }

 private:
  const CacheFolder& folder_;
  const ImageIndex& index_;
  std::vector<std::size_t> seen_;  // hashes of the local paths that have an entry
  std::string path_;
  SweepResult result_;
};

}  // namespace

ErrnoResult<SweepResult> Sweep(const CacheFolder& folder, const ImageIndex& index) {
  Comparison comparison(folder, index);
  const auto actors = List(folder, kImagesFolder);
  if (!actors) return tl::make_unexpected(actors.error());
  for (const std::string& actor_id : *actors) {
    const auto names = List(folder, std::string(kImagesFolder) + "/" + actor_id);
    if (!names) return tl::make_unexpected(names.error());
    comparison.LookAt(actor_id, *names);
  }
  return comparison.Finish();
}

}  // namespace image_cache
