// The list that `image-cache warm` reads: bodies of POST /api/cache/prefetch, cut into pieces small
// enough to show progress by.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "native-server/cli/failure.h"
#include "native-server/services/prefetch/prefetch_service.h"

namespace image_cache {

// Enough for all downloads to run at once, few enough for a bar that moves.
inline constexpr std::size_t kImagesInPiece = 32;

// `path` is a file or "-", standard input. Fails with the file's name and, in an array, the place.
[[nodiscard]] Outcome<std::vector<PrefetchOrder>> ReadWarmList(const std::string& path);

[[nodiscard]] std::vector<PrefetchOrder> CutIntoPieces(std::vector<PrefetchOrder> orders,
                                                       std::size_t images_in_piece);

}  // namespace image_cache
