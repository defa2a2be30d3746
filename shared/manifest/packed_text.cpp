#include "shared/manifest/packed_text.h"

#include <algorithm>
#include <array>

namespace image_cache {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::uint8_t kNoDigit = 0xff;

// By table and without a branch for each digit: which one it is cannot be predicted, and a million
// entries are packed while a server starts.
constexpr std::array<std::uint8_t, 256> kValues = []() {  // with its (), which cppcheck needs
  std::array<std::uint8_t, 256> values{};
  for (std::uint8_t& value : values) value = kNoDigit;
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

std::uint8_t ValueOf(char digit) { return kValues[static_cast<unsigned char>(digit)]; }

bool IsHex(std::string_view text) {
  if (text.empty() || text.size() % 2 != 0 || ValueOf(text.front()) == kNoDigit) return false;
  unsigned seen = 0;
  for (const char c : text) seen |= ValueOf(c);
  return seen < kDigits.size();
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
    *target++ = static_cast<char>(ValueOf(content[i]) << 4 | ValueOf(content[i + 1]));
  }
  return target;
}

void AppendUnpacked(std::string_view bytes, TextForm form, std::string& text) {
  if (form == TextForm::kPlain) {
    text += bytes;
    return;
  }
  const std::string_view quote = form == TextForm::kQuotedHex ? "\"" : "";
  text.reserve(text.size() + 2 * bytes.size() + 2 * quote.size());
  text += quote;
  for (const char byte : bytes) {
    const auto number = static_cast<unsigned char>(byte);
    const char digits[] = {kDigits[number >> 4], kDigits[number & 15]};
    text.append(digits, sizeof digits);
  }
  text += quote;
}

std::string UnpackText(std::string_view bytes, TextForm form) {
  std::string text;
  AppendUnpacked(bytes, form, text);
  return text;
}

}  // namespace image_cache
