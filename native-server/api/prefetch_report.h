// What became of a prefetch, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/services/prefetch_service.h"

namespace image_cache {

// {actor_id, requested, cached, already_cached, failed, bytes, results: [{s3_url, status, …}]}
[[nodiscard]] nlohmann::ordered_json ToJson(const PrefetchReport& report);

// {job_id, accepted, rejected: [{s3_url, status, error, …}]}
[[nodiscard]] nlohmann::ordered_json ToJson(const PrefetchJob& job);

}  // namespace image_cache
