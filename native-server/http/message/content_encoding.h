// Which content coding a client wants: Accept-Encoding (RFC 9110 §12.5.3).
#pragma once

#include <optional>
#include <string_view>

namespace image_cache {

enum class ContentEncoding { kIdentity, kGzip, kZstd, kBrotli };

// The name on the wire: "br", "zstd", "gzip", "identity".
[[nodiscard]] std::string_view EncodingName(ContentEncoding encoding);

// The coding with the highest quality; among equals br before zstd before gzip before none. Without
// the header, or when it allows nothing that is known here, the answer is not encoded.
[[nodiscard]] ContentEncoding NegotiateEncoding(std::string_view accept_encoding);

}  // namespace image_cache
