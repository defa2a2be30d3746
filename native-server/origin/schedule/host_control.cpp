#include "native-server/origin/schedule/host_control.h"

#include <algorithm>

namespace image_cache {
namespace {

// What any S3 takes, and the tools that copy from it begin with.
constexpr int kFirstLimit = 16;
// Less than this is noise, not growth; a loss of more than that is not.
constexpr double kGain = 1.05;
constexpr double kLoss = 0.8;
// After growth that brought nothing, so many rounds pass before the next try.
constexpr int kHoldRounds = 8;
// What ran already when the limit shrank says nothing about the new one.
constexpr std::chrono::milliseconds kOneBurst{500};

}  // namespace

HostControl::HostControl(int bound) : bound_(bound), limit_(std::min(bound, kFirstLimit)) {}

void HostControl::OnSuccess(TimePoint now, std::uint64_t bytes, bool is_used_up) {
  if (!is_used_up) {
    in_round_ = false;
    return;
  }
  if (!in_round_) {
    BeginRound(now);
    return;  // its time was spent before the round
  }
  round_bytes_ += bytes;
  if (++round_downloads_ < limit_) return;
  const std::chrono::duration<double> elapsed = now - round_began_;
  if (elapsed.count() <= 0) return;
  EndRound(static_cast<double>(round_bytes_) / elapsed.count());
  BeginRound(now);
}

bool HostControl::OnSlowDown(TimePoint now) {
  if (slowed_down_ && now - last_slow_down_ < kOneBurst) return false;
  slowed_down_ = true;
  last_slow_down_ = now;
  limit_ = std::max(1, limit_ / 2);
  slow_start_ = false;
  last_growth_ = 0;
  best_rate_ = 0;
  rounds_to_hold_ = 0;
  in_round_ = false;
  return true;
}

void HostControl::BeginRound(TimePoint now) {
  in_round_ = true;
  round_began_ = now;
  round_downloads_ = 0;
  round_bytes_ = 0;
}

void HostControl::EndRound(double bytes_per_second) {
  if (rounds_to_hold_ > 0) {
    // The next try is measured against what the limit brings now.
    best_rate_ = bytes_per_second;
    if (--rounds_to_hold_ == 0) Grow();
    return;
  }
  if (bytes_per_second > best_rate_ * kGain) {
    best_rate_ = bytes_per_second;
    Grow();
    return;
  }
  slow_start_ = false;
  if (bytes_per_second < best_rate_ * kLoss) limit_ -= last_growth_;
  last_growth_ = 0;
  rounds_to_hold_ = kHoldRounds;
}

void HostControl::Grow() {
  const int grown = std::min(bound_, limit_ + (slow_start_ ? limit_ : 1));
  last_growth_ = grown - limit_;
  limit_ = grown;
}

}  // namespace image_cache
