#include "native-server/store/sweep.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "native-server/store/beneath.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

constexpr std::size_t kContentIdDigits = 16;

// "<actor_id>_<16 hex digits>.<ext>", as LocalPath::Make writes it.
bool IsOurName(const LocalPath& path) {
  std::string_view name = path.file_name();
  const std::string prefix = std::string(path.actor_id()) + "_";
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  const std::string_view digits = name.substr(0, name.find('.'));
  return digits.size() == kContentIdDigits &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

SweepResult Sweep(CacheFolder& folder, const ImageIndex& index) {
  SweepResult result;
  std::unordered_set<const Entry*> present;
  const auto actors = ListBeneath(folder.fd(), kImagesFolder);
  for (const std::string& actor : actors.value_or(std::vector<std::string>())) {
    const auto files = ListBeneath(folder.fd(), std::string(kImagesFolder) + "/" + actor);
    if (!files) continue;
    for (const std::string& file : *files) {
      const auto path = LocalPath::Parse(std::string(kLocalPathPrefix) + actor + "/" + file);
      if (!path) continue;
      if (const Entry* entry = index.FindByPath(path->text())) {
        present.insert(entry);
      } else if (IsOurName(*path)) {
        folder.RemoveImage(*path);
        ++result.orphans_removed;
      }
    }
  }
  index.manifest().ForEach([&](const Entry& entry) {
    if (!present.contains(&entry)) result.missing_keys.push_back(entry.s3_url);
  });
  return result;
}

}  // namespace image_cache
