// A URL as it may be told to others than who gave it.
#pragma once

#include <string>
#include <string_view>

namespace image_cache {

// Without user name, password and what only signs it (IsSigningParameter); the rest to the letter.
// Takes any text: what is no URL may hold a secret, too.
[[nodiscard]] std::string UnsignedUrl(std::string_view url);

}  // namespace image_cache
