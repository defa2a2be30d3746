// How well the store is, told from what fails and from what its probes find.
//
// healthy: everything is tried. degraded: writing fails; reads go on, new pictures are not stored.
// off: reading fails too; nothing is read either. Out of both leads a probe only, at intervals that
// grow while it fails. Plain state without lock, clock or disk; StoreHealth locks it.
#pragma once

#include <chrono>
#include <optional>

#include "native-server/store/health/health_report.h"

namespace image_cache {

struct HealthTimings {
  std::chrono::milliseconds first_probe{1000};
  std::chrono::milliseconds longest_probe{60'000};
  // Who falls ill again within this time has not been well: the intervals grow on.
  std::chrono::milliseconds relapse{60'000};
};

// One file that cannot be read is a bad block; this many in a row, none readable between, are a
// disk.
inline constexpr int kFailedReadsUntilOff = 3;

class HealthMachine {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit HealthMachine(HealthTimings timings = {}) : timings_(timings) {}

  void WritingFailed(Sickness sickness, TimePoint now);
  void IndexFailed(Sickness sickness, TimePoint now);
  void ReadingFailed(Sickness sickness, TimePoint now);
  void ReadingWorked() { failed_reads_ = 0; }

  // What a probe found to be wrong.
  struct ProbeResult {
    std::optional<Sickness> reading, writing, index;

    [[nodiscard]] bool is_well() const { return !reading && !writing && !index; }
  };
  // True once, when the time has come; the probe that is begun by it must end.
  [[nodiscard]] bool TryBeginProbe(TimePoint now);
  void EndProbe(const ProbeResult& result, TimePoint now);

  [[nodiscard]] HealthState state() const;
  // Why it is not healthy: what matters most. Nothing when it is.
  [[nodiscard]] std::optional<Sickness> sickness() const;
  // Whether the index is part of it: a probe must then try that, too.
  [[nodiscard]] bool is_index_sick() const { return sick_.index.has_value(); }
  [[nodiscard]] std::chrono::milliseconds probe_interval() const { return interval_; }
  [[nodiscard]] bool has_failed_reads() const { return failed_reads_ > 0; }

 private:
  void Fall(std::optional<Sickness>& part, Sickness sickness, TimePoint now);

  const HealthTimings timings_;
  ProbeResult sick_;
  int failed_reads_ = 0;  // in a row
  bool probing_ = false;
  std::chrono::milliseconds interval_{0};  // 0: never fallen ill
  TimePoint next_probe_;
  TimePoint recovered_;
};

}  // namespace image_cache
