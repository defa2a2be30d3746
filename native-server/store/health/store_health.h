// The store's health as all of its parts see it: they say what failed, and ask before they try.
//
// Owned by the DiskStore; thread-safe. Asking is one atomic read. Every change of the state is one
// line in the log.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include "native-server/base/clock.h"
#include "native-server/store/health/health_machine.h"
#include "native-server/store/store.h"

namespace image_cache {

class StoreHealth {
 public:
  explicit StoreHealth(const Clock& clock, HealthTimings timings = {})
      : clock_(clock), machine_(timings) {}

  // --- what happened ---
  void NoteFailedWrite(Sickness sickness);
  void NoteFailedRead(Sickness sickness);
  void NoteFailedIndex(StoreError error);
  void NoteRead() {
    if (has_failed_reads_) NoteReadAfterFailures();
  }

  // --- whether to try ---
  // Errors: what Begin is to answer instead of trying: kFull, kNotWritable, kIo.
  [[nodiscard]] Result<void, StoreError> MayWrite() const;
  // Errors: kOff.
  [[nodiscard]] Result<void, StoreError> MayRead() const;

  // --- probes ---
  struct Probe {
    bool tries_index = false;
  };
  // A probe that is due. Its end must be told.
  [[nodiscard]] std::optional<Probe> TryBeginProbe();
  // True when all is well from now on.
  bool EndProbe(const HealthMachine::ProbeResult& result);

  [[nodiscard]] StoreHealthReport Report() const;

 private:
  // Runs `change` on the machine, under the lock, and tells what has become of it.
  template <typename Change>
  void Update(Change change);
  void NoteReadAfterFailures();
  void Count(Sickness sickness);  // REQUIRES: mutex_ is held

  const Clock& clock_;
  std::atomic<HealthState> state_{HealthState::kHealthy};
  std::atomic<bool> has_failed_reads_{false};

  mutable std::mutex mutex_;
  HealthMachine machine_;      // guarded by mutex_
  StoreHealthReport counted_;  // guarded by mutex_; its state is the machine's
};

}  // namespace image_cache
