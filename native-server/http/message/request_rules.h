// What RFC 9112 forbids and Beast lets through: where two programs could read one request as two
// different ones, it is refused instead of interpreted.
//
// Pure functions. Called for every request while its head is parsed.
#pragma once

#include <string_view>

namespace image_cache {

// §3.2: a name or an address, in brackets when it is IPv6, perhaps with a port. No user name, no
// path, no space.
[[nodiscard]] bool IsHostAndPort(std::string_view text);

// §6.2: digits and nothing else. Beast takes lists of equal lengths, too.
[[nodiscard]] bool IsContentLength(std::string_view value);

// §6.1: the one coding there is. Beast takes whatever ends in "chunked".
[[nodiscard]] bool IsChunked(std::string_view transfer_encoding);

// §5.2: the value goes on in a further line (obs-fold).
// REQUIRES: `name` is a view of the head, followed there by its colon and at least a line's end;
// `value` is what Beast made of what follows.
[[nodiscard]] bool IsFolded(std::string_view name, std::string_view value);

// §7.1.1: a chunk's extension may be ignored, but a CR or an LF within its quotes is where another
// parser sees the line end.
[[nodiscard]] bool IsChunkExtension(std::string_view text);

}  // namespace image_cache
