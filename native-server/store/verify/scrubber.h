// Compares entries and files round after round, in idle time and at a bounded pace: what a disk
// forgets is found before somebody asks for it, dropped, and so fetched again.
//
// Owned by the DiskStore; thread-safe. Off without a pace.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "native-server/base/clock.h"
#include "native-server/store/store.h"
#include "native-server/store/verify/read_pace.h"
#include "native-server/store/verify/verifier.h"
#include "native-server/store/verify/verify_subject.h"

namespace image_cache {

class Scrubber {
 public:
  // A small cache is read in no time; between two rounds is at least this.
  static constexpr std::chrono::milliseconds kRest{60'000};

  Scrubber(VerifySubject& subject, std::uint64_t bytes_per_second, const Clock& clock,
           std::chrono::milliseconds rest = kRest);
  ~Scrubber();

  [[nodiscard]] ScrubStats Stats() const;

 private:
  void Run();
  void AddRound();  // REQUIRES: mutex_ is held

  VerifySubject& subject_;
  const std::uint64_t bytes_per_second_;
  const Clock& clock_;
  const std::chrono::milliseconds rest_;
  ReadPace resting_{0};

  mutable std::mutex mutex_;
  std::unique_ptr<Verifier> round_;  // guarded by mutex_; null between two
  ScrubStats past_;                  // guarded by mutex_; without the round that runs
  bool stopping_ = false;            // guarded by mutex_
  std::thread thread_;               // last: it uses all of the above; none when off
};

}  // namespace image_cache
