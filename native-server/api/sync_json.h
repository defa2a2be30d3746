// What a sync has found and done, and what the schedule does, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/services/sync/sync_service.h"

namespace image_cache {

// {prefix, actor_id?, dry_run, complete, listed, others, no_actor, unchanged, new, changed, gone,
// kept, failed, left_out, bytes, started_at, elapsed_ms, error?, detail?, items: [{action, s3_url,
// size_bytes, error?, detail?}], items_left_out}
[[nodiscard]] nlohmann::ordered_json ToJson(const SyncReport& report);

// {every_s, folders: [{prefix, actor_id?, running, runs, failed_runs, next_at, last?: a report
// without its items}]}
[[nodiscard]] nlohmann::ordered_json ToJson(const SyncStats& stats);

}  // namespace image_cache
