#include "native-server/services/picture_name.h"

#include <boost/nowide/utf/utf.hpp>

#include "shared/keys/url.h"

namespace image_cache {

bool IsReadableName(std::string_view name) {
  using Utf8 = boost::nowide::utf::utf_traits<char>;
  for (auto position = name.begin(); position != name.end();) {
    const auto code_point = Utf8::decode(position, name.end());
    if (!boost::nowide::utf::is_valid_codepoint(code_point)) return false;
    if (code_point < 0x20 || code_point == 0x7f) return false;
  }
  return true;
}

std::string NameFromUrl(const std::string& s3_url) {
  const auto parts = SplitUrl(s3_url);
  if (!parts) return {};
  const std::string_view segment = parts->path.substr(parts->path.rfind('/') + 1);
  std::string decoded = PercentDecode(segment);
  return IsReadableName(decoded) ? decoded : std::string(segment);
}

}  // namespace image_cache
