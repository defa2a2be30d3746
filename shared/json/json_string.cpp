#include "shared/json/json_string.h"

#include <cstddef>
#include <cstdint>

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr std::size_t kHexDigits = 4;

// Four hexadecimal digits; -1 when there are not four.
int TakeHex(std::string_view& rest) {
  if (rest.size() < kHexDigits) return -1;
  int value = 0;
  for (const char c : rest.substr(0, kHexDigits)) {
    const int digit = HexDigitValue(c);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  rest.remove_prefix(kHexDigits);
  return value;
}

void AppendUtf8(std::uint32_t code_point, std::string& text) {
  const auto append = [&text](std::uint32_t byte) {
    text += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
  } else {
    if (code_point < 0x10000) {
      append(0xE0 | code_point >> 12);
    } else {
      append(0xF0 | code_point >> 18);
      append(0x80 | (code_point >> 12 & 0x3F));
    }
    append(0x80 | (code_point >> 6 & 0x3F));
  }
  append(0x80 | (code_point & 0x3F));
}

// What follows "\u": one unit of UTF-16, or two as a surrogate pair.
bool TakeUnicodeEscape(std::string_view& rest, std::string& text) {
  int unit = TakeHex(rest);
  if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    if (rest.substr(0, 2) != "\\u") return false;
    rest.remove_prefix(2);
    const int low = TakeHex(rest);
    if (low < 0xDC00 || low > 0xDFFF) return false;
    unit = 0x10000 + ((unit - 0xD800) << 10 | (low - 0xDC00));
  }
  AppendUtf8(static_cast<std::uint32_t>(unit), text);
  return true;
}

bool TakeEscape(std::string_view& rest, std::string& text) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (rest.empty()) return false;
  const char kind = rest.front();
  rest.remove_prefix(1);
  if (kind == 'u') return TakeUnicodeEscape(rest, text);
  const std::size_t known = kEscapes.find(kind);
  if (known == std::string_view::npos) return false;
  text += kMeanings[known];
  return true;
}

// How many bytes the character takes that begins there, beyond ASCII; 0 when it is not UTF-8. Not
// the shortest form, surrogates and what is beyond U+10FFFF show in the first two bytes.
std::size_t Utf8Bytes(std::string_view rest) {
  const auto byte = [rest](std::size_t i) -> unsigned {
    return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U;
  };
  const auto is_between = [&](std::size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const auto is_tail = [&](std::size_t i) { return is_between(i, 0x80, 0xBF); };
  const unsigned first = byte(0);
  if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool is_second = is_between(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return is_second && is_tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool is_second = is_between(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return is_second && is_tail(2) && is_tail(3) ? 4 : 0;
  }
  return 0;
}

bool IsPlain(char c) {
  return static_cast<unsigned char>(c) - 0x20U < 0x60U && c != '"' && c != '\\';
}

}  // namespace

bool ReadJsonString(std::string_view& rest, std::string& text) {
  rest.remove_prefix(1);
  text.clear();
  for (;;) {
    std::size_t run = 0;  // of what stays as it is: most strings are one
    while (run < rest.size() && IsPlain(rest[run])) ++run;
    if (run == rest.size()) return false;
    text.append(rest.substr(0, run));
    rest.remove_prefix(run);
    const char c = rest.front();
    if (c == '"' || c == '\\') {
      rest.remove_prefix(1);
      if (c == '"') return true;
      if (!TakeEscape(rest, text)) return false;
      continue;
    }
    const std::size_t bytes = c == '\x7f' ? 1 : Utf8Bytes(rest);
    if (bytes == 0) return false;
    text.append(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
  }
}

}  // namespace image_cache
