// The query of a request as it may be logged: what is no secret, so that a log can be kept and
// read.
#pragma once

#include <string>
#include <string_view>

namespace image_cache {

// The contract's parameters as they were sent, of `url`, and of a URL in another's place, only what
// may be logged of a URL ("-" for a `url` that is none); of any
// other parameter its name alone, since it may hold a token or a signature that was put there by
// mistake ("X-Amz-Signature=-"). Takes any text.
[[nodiscard]] std::string LoggedQuery(std::string_view query);

}  // namespace image_cache
