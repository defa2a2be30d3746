#include "native-server/api/unsigned_url.h"

#include <algorithm>

#include "native-server/base/logging.h"
#include "shared/keys/cache_key.h"
#include "shared/keys/percent_encoding.h"

namespace image_cache {

std::string UnsignedUrl(std::string_view url) {
  std::string kept = LoggableUrl(url);
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) return kept;
  std::string_view query = url.substr(question + 1);
  query = query.substr(0, query.find('#'));
  for (char separator = '?'; !query.empty();) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (IsSigningParameter(HasOnlyWholeEscapes(name) ? PercentDecode(name) : std::string(name))) {
      continue;
    }
    kept.append(1, separator).append(parameter);
    separator = '&';
  }
  return kept;
}

}  // namespace image_cache
