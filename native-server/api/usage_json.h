// What the usage model has learnt and what was fetched by it, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/services/usage/usage_service.h"

namespace image_cache {

// {fetches, openings, missed_openings, actors, model_bytes, guessed_actors, opened_actors,
// fetched_pictures, fetched_bytes, failed_pictures}
[[nodiscard]] nlohmann::ordered_json ToJson(const UsageStats& stats);

// {enabled, fetches, openings, actors, model_bytes, after, guesses: [{actor_id, probability,
// reason}]}; after is null when nobody is known to be open.
[[nodiscard]] nlohmann::ordered_json ToJson(const UsagePrediction& prediction,
                                            const UsageStats& stats);

}  // namespace image_cache
