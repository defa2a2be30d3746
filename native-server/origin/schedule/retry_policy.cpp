#include "native-server/origin/schedule/retry_policy.h"

#include <algorithm>

namespace image_cache {
namespace {

using std::chrono::milliseconds;

// Beyond this the delay has long reached its limit, and the shift would overflow.
constexpr int kMaxDoublings = 16;

milliseconds Part(milliseconds whole, double part) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(whole.count()) * part));
}

}  // namespace

std::optional<milliseconds> RetryDelay(const RetryOptions& options, const FailedAttempt& failed,
                                       double random) {
  const bool is_demand = failed.urgency == Urgency::kDemand;
  const int attempts = is_demand ? options.demand_attempts : options.max_attempts;
  if (failed.attempts_spent >= attempts) return std::nullopt;

  const milliseconds first = is_demand ? options.demand_first_delay : options.first_delay;
  const int doublings = std::clamp(failed.attempts_spent - 1, 0, kMaxDoublings);
  const milliseconds whole = std::min(first * (1 << doublings), options.max_delay);
  milliseconds delay = whole - Part(whole, random / 2);
  if (failed.retry_after) {
    const auto bound = is_demand ? options.demand_max_retry_after : options.max_retry_after;
    if (*failed.retry_after > bound) return std::nullopt;
    delay = std::max<milliseconds>(delay, *failed.retry_after + Part(first, random));
  }
  if (delay >= failed.time_left) return std::nullopt;
  return delay;
}

}  // namespace image_cache
