#include "native-server/http/message/query.h"

namespace image_cache {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> PercentDecodeOnce(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

Result<std::optional<std::string>, QueryError> FindQueryParameter(std::string_view query,
                                                                  std::string_view name) {
  std::optional<std::string_view> found;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size() == query.size() ? pair.size() : pair.size() + 1);
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    if (found) {
      return Fail(QueryError::kRepeated,
                  "The parameter '" + std::string(name) + "' is given more than once.");
    }
    found = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  }
  if (!found) return std::nullopt;
  std::optional<std::string> decoded = PercentDecodeOnce(*found);
  if (!decoded) {
    return Fail(QueryError::kBadEscape, "The parameter '" + std::string(name) +
                                            "' has a '%' that is not followed by two hexadecimal "
                                            "digits; write a percent sign as %25.");
  }
  return decoded;
}

}  // namespace image_cache
