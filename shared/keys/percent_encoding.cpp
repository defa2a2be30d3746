#include "shared/keys/percent_encoding.h"

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr std::size_t kEscapeLength = 3;  // "%2F"

constexpr bool IsUnreserved(char c) {
  return IsAsciiAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

constexpr bool IsReserved(char c) {
  return std::string_view(":/?#[]@!$&'()*+,;=").find(c) != std::string_view::npos;
}

constexpr bool IsLiteralInObjectKey(char c) {
  return IsUnreserved(c) || std::string_view("/!$&'()*,;=:@").find(c) != std::string_view::npos;
}

char DecodeEscapeAt(std::string_view text, std::size_t percent) {
  return static_cast<char>(HexDigitValue(text[percent + 1]) * 16 +
                           HexDigitValue(text[percent + 2]));
}

void AppendEscape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

// Rewrites every byte, given whether it was escaped: `is_literal(byte, was_escaped)` says whether
// it is to be written as itself. What stays as it is, most of every name, is copied in runs.
template <typename IsLiteral>
std::string Rewrite(std::string_view text, IsLiteral is_literal) {
  std::string out;
  out.reserve(text.size());
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size();) {
    const bool was_escaped = text[i] == '%';
    const char byte = was_escaped ? DecodeEscapeAt(text, i) : text[i];
    const bool as_itself = is_literal(byte, was_escaped);
    if (as_itself && !was_escaped) {
      ++i;
      continue;
    }
    out.append(text.substr(run, i - run));
    if (as_itself) {
      out += byte;
    } else {
      AppendEscape(out, byte);
    }
    i += was_escaped ? kEscapeLength : 1;
    run = i;
  }
  out.append(text.substr(run));
  return out;
}

}  // namespace

bool HasOnlyWholeEscapes(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (i + kEscapeLength > text.size()) return false;
    if (HexDigitValue(text[i + 1]) < 0 || HexDigitValue(text[i + 2]) < 0) return false;
  }
  return true;
}

std::string NormalizePercentEncoding(std::string_view text) {
  return Rewrite(text, [](char byte, bool was_escaped) {
    return IsUnreserved(byte) || (IsReserved(byte) && !was_escaped);
  });
}

std::string NormalizeObjectKey(std::string_view key) {
  return Rewrite(key, [](char byte, bool was_escaped) {
    return IsLiteralInObjectKey(byte) || (byte == '+' && !was_escaped);
  });
}

std::string PercentDecode(std::string_view text) {
  return Rewrite(text, [](char, bool) { return true; });
}

}  // namespace image_cache
