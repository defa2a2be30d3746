// Which of a resource's forms a client likes best: Accept (RFC 9110 §12.5.1).
#pragma once

#include <string_view>

namespace image_cache {

// How much the field says the client likes a media type ("application/json"), in thousandths; 0 for
// not at all. Of ranges that hold it the most specific one counts. A field that is not there likes
// everything. Parameters other than q are ignored.
[[nodiscard]] int QualityOf(std::string_view accept, std::string_view media_type);

// Whether the field names the media type itself, not only a range with it, and likes it.
[[nodiscard]] bool NamesMediaType(std::string_view accept, std::string_view media_type);

}  // namespace image_cache
