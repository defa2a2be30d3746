#include "native-server/http/message/quality_list.h"

#include <charconv>
#include <system_error>

namespace image_cache {

std::string_view TakeUntil(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(part.size() == text.size() ? text.size() : part.size() + 1);
  const std::size_t begin = part.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return part.substr(begin, part.find_last_not_of(" \t") - begin + 1);
}

int ReadQuality(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = TakeUntil(parameters, ';');
    if (parameter.size() < 2 || (parameter[0] != 'q' && parameter[0] != 'Q') ||
        parameter[1] != '=') {
      continue;
    }
    const std::string_view digits = parameter.substr(2);
    double quality = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), quality);
    const bool read = error == std::errc() && end == digits.data() + digits.size();
    return read && quality >= 0 && quality <= 1 ? static_cast<int>(quality * kFullQuality) : 0;
  }
  return kFullQuality;
}

}  // namespace image_cache
