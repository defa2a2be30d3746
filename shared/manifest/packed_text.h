// Texts that are mostly hexadecimal digits, at half their size: hashes, and the ETags that S3 makes
// of an MD5 sum ("\"9b2cf535f27731c974343645a3985328\"", quotes included).
//
// Pure. Whatever has another form is kept as it is, so that every text comes back byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace image_cache {

enum class TextForm : std::uint8_t {
  kPlain,
  kHex,        // an even number of digits 0-9a-f, two in a byte
  kQuotedHex,  // the same between quotes
};

struct PackedText {
  explicit PackedText(std::string_view text);

  TextForm form = TextForm::kPlain;
  std::string_view content;  // without the quotes
  std::size_t size_bytes = 0;

  // REQUIRES: room for size_bytes. Returns the end of what was written.
  char* WriteTo(char* target) const;
};

// The text that was written as these bytes.
void AppendUnpacked(std::string_view bytes, TextForm form, std::string& text);
[[nodiscard]] std::string UnpackText(std::string_view bytes, TextForm form);

}  // namespace image_cache
