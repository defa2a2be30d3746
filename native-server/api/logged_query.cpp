#include "native-server/api/logged_query.h"

#include <algorithm>
#include <array>

#include "native-server/base/logging.h"
#include "native-server/http/message/query.h"

namespace image_cache {
namespace {

// None of their values is a secret, unless somebody gives a whole URL there.
constexpr std::array<std::string_view, 7> kPlain{"path",  "actor_id", "filename", "since",
                                                 "after", "history",  "w"};
constexpr std::size_t kMaxNameBytes = 64;

// A value that was read as a URL may hold what would end it.
std::string EncodeSeparators(std::string_view value) {
  std::string encoded;
  for (const char c : value) {
    if (c == '&') {
      encoded += "%26";
    } else if (c == '%') {
      encoded += "%25";
    } else if (c == ' ') {
      encoded += "%20";
    } else {
      encoded.push_back(c);
    }
  }
  return encoded;
}

// What is no URL when it is decoded is none that can be asked for: one that was encoded twice, say.
std::string LoggedUrl(std::string_view value) {
  const auto url = PercentDecodeOnce(value);
  if (!url || url->find("://") == std::string::npos) return "-";
  return EncodeSeparators(WithoutEncodedQuery(LoggableUrl(*url)));
}

std::string LoggedPlain(std::string_view value) {
  const auto decoded = PercentDecodeOnce(value);
  if (decoded && decoded->find("://") != std::string::npos) return LoggedUrl(value);
  return std::string(WithoutEncodedQuery(value.substr(0, value.find_first_of("?#"))));
}

std::string LoggedParameter(std::string_view parameter) {
  const std::size_t equals = parameter.find('=');
  std::string_view name = parameter.substr(0, equals);
  if (equals == std::string_view::npos) {
    // Alone it may be anything, a token too.
    return std::find(kPlain.begin(), kPlain.end(), name) != kPlain.end() ? std::string(name) : "-";
  }
  const std::string_view value = parameter.substr(equals + 1);
  if (std::find(kPlain.begin(), kPlain.end(), name) != kPlain.end()) {
    return std::string(name) + "=" + LoggedPlain(value);
  }
  if (name == "url") return "url=" + LoggedUrl(value);
  // With a signed URL that was not encoded, the rest of its query comes here.
  name = WithoutEncodedQuery(name.substr(0, kMaxNameBytes));
  return std::string(name) + "=-";
}

}  // namespace

std::string LoggedQuery(std::string_view query) {
  std::string logged;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    if (!logged.empty()) logged.push_back('&');
    logged += LoggedParameter(parameter);
  }
  return logged;
}

}  // namespace image_cache
