// Percent-encoding as RFC 3986 §2 has it, brought to one form so that equal names have equal text.
#pragma once

#include <string>
#include <string_view>

namespace image_cache {

// True when every '%' is followed by two hexadecimal digits.
[[nodiscard]] bool HasOnlyWholeEscapes(std::string_view text);

// RFC 3986 §6.2.2: escapes of unreserved characters are decoded, other escapes get upper-case
// digits, bytes that may not stand in a URL (space, non-ASCII) are escaped. Reserved characters
// stay as they are written: "+" and "%2B" may mean different objects. REQUIRES:
// HasOnlyWholeEscapes(text), which SplitUrl checks.
[[nodiscard]] std::string NormalizePercentEncoding(std::string_view text);

// The same for an S3 object's key. S3 decodes the whole path before it looks for the object, so for
// it a reserved character that is escaped and one that is not are the same name: here those that
// may stand in a path ("/" and "!$&'()*,;=:@") are literal and the others escaped. Only "+" stays
// as written, because S3's own servers take a literal one for a space and others do not. REQUIRES:
// as above.
[[nodiscard]] std::string NormalizeObjectKey(std::string_view key);

// Decodes every escape. REQUIRES: as above.
[[nodiscard]] std::string PercentDecode(std::string_view text);

}  // namespace image_cache
