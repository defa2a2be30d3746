// What became of a prefetch, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/services/prefetch/prefetch_jobs.h"
#include "native-server/services/prefetch/prefetch_order.h"

namespace image_cache {

// {actor_id, requested, cached, already_cached, failed, bytes, results: [{s3_url, status, …}]}
[[nodiscard]] nlohmann::ordered_json ToJson(const PrefetchReport& report);

// {job_id, accepted, rejected: [{s3_url, status, error, …}]}
[[nodiscard]] nlohmann::ordered_json ToJson(const AcceptedJob& job);

// {job_id, actor_id, state, created_at, started_at, finished_at, requested, cached, already_cached,
// failed, bytes, results} with times that are null and no results until they are there.
[[nodiscard]] nlohmann::ordered_json ToJson(const JobStatus& job);

}  // namespace image_cache
