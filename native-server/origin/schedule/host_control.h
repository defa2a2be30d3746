// How many downloads one host is given at a time: more while that brings more bytes a second, half
// as many when the host says that it is too much.
//
// Additive increase, multiplicative decrease, as TCP does it, with a slow start: until the host has
// once not gone along, the limit doubles. Owned by DownloadSlots; not thread-safe. It reads no
// clock: the same calls have the same effect.
#pragma once

#include <chrono>
#include <cstdint>

namespace image_cache {

class HostControl {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // REQUIRES: bound >= 1.
  explicit HostControl(int bound);

  // Within 1 and the bound.
  [[nodiscard]] int Limit() const { return limit_; }

  // A download ended well, having brought `bytes`. `is_used_up`: more would run if they might; only
  // then do the bytes say anything about the limit.
  void OnSuccess(TimePoint now, std::uint64_t bytes, bool is_used_up);

  // The host asked for less (503, 429) or did not answer in time. Returns whether that halved the
  // limit: the answers to one burst count once.
  bool OnSlowDown(TimePoint now);

 private:
  void BeginRound(TimePoint now);
  void EndRound(double bytes_per_second);
  void Grow();

  const int bound_;
  int limit_;
  int last_growth_ = 0;  // what the latest change added; 0 when it did not grow
  bool slow_start_ = true;

  // One round is as many downloads as the limit allows at once.
  TimePoint round_began_{};
  bool in_round_ = false;
  int round_downloads_ = 0;
  std::uint64_t round_bytes_ = 0;

  double best_rate_ = 0;  // bytes a second, of the rounds since the limit last shrank
  int rounds_to_hold_ = 0;
  TimePoint last_slow_down_{};
  bool slowed_down_ = false;
};

}  // namespace image_cache
