// A file that is in memory only, for bytes on their way to and from a PictureCodec.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "native-server/base/unique_fd.h"

namespace image_cache {

// An empty handle when there is no memory or no descriptor left.
[[nodiscard]] UniqueFd MakeMemoryFile();
[[nodiscard]] UniqueFd Duplicate(const UniqueFd& fd);
// From now on nobody can change the file, whoever has a descriptor of it. False when somebody has
// it mapped for writing, or when it was not made by MakeMemoryFile.
[[nodiscard]] bool Seal(const UniqueFd& fd);

// Hands on the first `size_bytes`, in pieces. False when the file is shorter or `use` says so.
[[nodiscard]] bool ReadPieces(const UniqueFd& fd, std::uint64_t size_bytes,
                              const std::function<bool(std::string_view piece)>& use);
// Whether they have this SHA-256, in 64 lower-case digits.
[[nodiscard]] bool HasHash(const UniqueFd& fd, std::uint64_t size_bytes, std::string_view sha256);

}  // namespace image_cache
