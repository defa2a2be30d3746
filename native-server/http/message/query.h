// The query of a URL: one parameter out of it, percent-decoded once.
//
// "+" stands for itself. In an HTML form it would be a space, but what is asked for here are paths
// and URLs of objects, where "+" is a character like any other; a space is "%20". JavaScript's
// encodeURIComponent and curl's --data-urlencode both write a "+" as "%2B", which works too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/result.h"

namespace image_cache {

enum class QueryError {
  kBadEscape,  // a "%" without two hexadecimal digits
  kRepeated,   // the parameter is there more than once
};

// Nothing when the parameter is not there; empty for "name" and "name=". The name is compared as it
// is written. Errors: as above, with the parameter's name in the detail.
[[nodiscard]] Result<std::optional<std::string>, QueryError> FindQueryParameter(
    std::string_view query, std::string_view name);

// Nothing for a broken escape.
[[nodiscard]] std::optional<std::string> PercentDecodeOnce(std::string_view text);

}  // namespace image_cache
