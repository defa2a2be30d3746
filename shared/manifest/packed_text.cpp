#include "shared/manifest/packed_text.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

bool IsHex(std::string_view text) {
  return !text.empty() && text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAsciiDigit(c) || (c >= 'a' && c <= 'f');
  });
}

}  // namespace

PackedText::PackedText(std::string_view text) : content(text), size_bytes(text.size()) {
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  const std::string_view digits = is_quoted ? text.substr(1, text.size() - 2) : text;
  if (!IsHex(digits)) return;
  form = is_quoted ? TextForm::kQuotedHex : TextForm::kHex;
  content = digits;
  size_bytes = digits.size() / 2;
}

char* PackedText::WriteTo(char* target) const {
  if (form == TextForm::kPlain) return std::copy(content.begin(), content.end(), target);
  for (std::size_t i = 0; i < content.size(); i += 2) {
    *target++ = static_cast<char>(HexDigitValue(content[i]) << 4 | HexDigitValue(content[i + 1]));
  }
  return target;
}

std::string UnpackText(std::string_view bytes, TextForm form) {
  if (form == TextForm::kPlain) return std::string(bytes);
  const std::string_view quote = form == TextForm::kQuotedHex ? "\"" : "";
  std::string text;
  text.reserve(2 * bytes.size() + 2 * quote.size());
  text += quote;
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  text += quote;
  return text;
}

}  // namespace image_cache
