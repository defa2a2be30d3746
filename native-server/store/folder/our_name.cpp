#include "native-server/store/folder/our_name.h"

#include <cstddef>
#include <string_view>

namespace image_cache {

bool IsOurName(const LocalPath& path) {
  constexpr std::size_t kContentIdDigits = 16;
  std::string_view name = path.file_name();
  if (!name.starts_with(path.actor_id())) return false;
  name.remove_prefix(path.actor_id().size());
  if (!name.starts_with('_')) return false;
  name.remove_prefix(1);
  const std::string_view digits = name.substr(0, name.find('.'));
  return digits.size() == kContentIdDigits &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace image_cache
