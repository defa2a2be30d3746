// Whether a failed attempt is followed by another, and after how long. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "native-server/origin/downloader.h"

namespace image_cache {

struct FailedAttempt {
  int attempts_spent = 0;  // this one included; a timeout counts for two, its time is spent
  Urgency urgency = Urgency::kNormal;
  std::optional<std::chrono::seconds> retry_after = {};  // as the origin asked
  std::chrono::milliseconds time_left{};                 // of the download's total timeout
};

// The delay before the next attempt; nothing when there is to be none. Doubles with each attempt;
// `random`, within [0, 1), takes up to half of it away, so that downloads that failed together do
// not come back together. Never shorter than retry_after: who asks for more than the options allow
// is not asked again.
[[nodiscard]] std::optional<std::chrono::milliseconds> RetryDelay(const RetryOptions& options,
                                                                  const FailedAttempt& failed,
                                                                  double random);

}  // namespace image_cache
