// A request's files, as a whole. At offsets of one's own: the server has the same files open.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace image_cache {

// Nothing when it cannot be read. Throws std::bad_alloc when it is too large for this process.
[[nodiscard]] std::optional<std::vector<char>> ReadBytes(int fd);
// False when it cannot be written whole.
[[nodiscard]] bool WriteBytes(int fd, const void* bytes, std::size_t size_bytes);

}  // namespace image_cache
