#include "native-server/http/message/date.h"

#include <time.h>

#include <array>
#include <ctime>

namespace image_cache {

// strftime and strptime speak the locale's language, which is English here: the program never calls
// setlocale().
std::string FormatHttpDate(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 64> text{};
  const std::size_t length =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return std::string(text.data(), length);
}

std::optional<std::int64_t> ParseHttpDate(std::string_view text) {
  static constexpr std::array kForms = {
      "%a, %d %b %Y %H:%M:%S GMT",  // IMF-fixdate
      "%A, %d-%b-%y %H:%M:%S GMT",  // RFC 850
      "%a %b %e %H:%M:%S %Y",       // asctime
  };
  const std::string terminated(text);
  for (const char* form : kForms) {
    std::tm utc{};
    const char* end = strptime(terminated.c_str(), form, &utc);
    if (end == terminated.c_str() + terminated.size()) return timegm(&utc);
  }
  return std::nullopt;
}

std::string_view CurrentHttpDate() {
  thread_local std::int64_t formatted_s = -1;
  thread_local std::string text;
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != formatted_s) {
    formatted_s = now.tv_sec;
    text = FormatHttpDate(formatted_s);
  }
  return text;
}

}  // namespace image_cache
