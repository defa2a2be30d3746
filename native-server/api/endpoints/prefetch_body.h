// The body of POST /api/cache/prefetch, read and checked; `image-cache warm` reads its files with
// it too.
//
// {actor_id, images: [{s3_url, filename}], priority?: "high"|"normal"|"low", wait?: true}
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "native-server/api/request_error.h"
#include "native-server/services/prefetch/prefetch_service.h"
#include "shared/result.h"

namespace image_cache {

inline constexpr std::size_t kMaxImagesInPrefetch = 10000;
inline constexpr std::size_t kMaxFilenameBytes = 1024;

struct PrefetchBody {
  PrefetchOrder order;
  bool wait = true;
};

// The URLs are not judged here: a bad one fails its own image and no other.
// Errors: all of RequestError.
[[nodiscard]] Result<PrefetchBody, RequestError> ParsePrefetchBody(std::string_view text);
[[nodiscard]] Result<PrefetchBody, RequestError> ReadPrefetchBody(const nlohmann::json& json);

[[nodiscard]] std::string_view PriorityName(PrefetchPriority priority);

}  // namespace image_cache
