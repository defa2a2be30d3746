#include "shared/manifest/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace image_cache {
namespace {

// Printable ASCII that JSON takes as it is: nearly all that URLs and names are made of.
bool IsPlain(char c) {
  return static_cast<unsigned char>(c) - 0x20U < 0x60U && c != '"' && c != '\\';
}

}  // namespace

void AppendJsonString(std::string& text, std::string_view value) {
  if (std::all_of(value.begin(), value.end(), IsPlain)) {
    text += '"';
    text += value;
    text += '"';
    return;
  }
  const bool is_quoted_only = std::all_of(
      value.begin(), value.end(), [](char c) { return IsPlain(c) || c == '"' || c == '\\'; });
  // Control characters, and what may not even be UTF-8, are the library's.
  if (!is_quoted_only) {
    using Json = nlohmann::json;
    text += Json(value).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  text += '"';
  for (const char c : value) {
    if (!IsPlain(c)) text += '\\';
    text += c;
  }
  text += '"';
}

}  // namespace image_cache
