// Proves, after a stop that was not clean, that the youngest pictures are what their entries say:
// each before it is first served, and all of them in the background (design rule 3).
//
// Owned by the DiskStore; thread-safe. A power loss may leave a file that was published just before
// it empty, cut or full of zeros, though its name and its entry are there. A picture that is wrong
// is dropped, so that it is fetched again; one that cannot be read now (no descriptor left, a sick
// disk) stays unproven and is not served.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "native-server/store/proof/unproven.h"
#include "native-server/store/store.h"
#include "native-server/store/verify/read_pace.h"
#include "native-server/store/verify/verify_subject.h"

namespace image_cache {

struct ProverTiming {
  bool in_background = true;                   // else only what is asked for is proved
  std::uint64_t bytes_per_second = 64 << 20;   // in the background
  std::chrono::milliseconds next_try{10'000};  // of what could not be read
};

class Prover {
 public:
  // `done` is called once, on the background thread, when nothing is left.
  Prover(Unproven& unproven, VerifySubject& subject, std::function<void()> done,
         ProverTiming timing = {});
  ~Prover();

  // Whether the picture may be served: at once when it need not be proved, else when it has been.
  // Errors: kNotFound (it was wrong and is dropped), kIo (it cannot be proved now).
  [[nodiscard]] Result<void, StoreError> Prove(const LocalPath& path) {
    if (unproven_.empty() || !unproven_.Contains(path.text())) return {};
    return Check(path, unpaced_);
  }

  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void Run();
  void ProveAll();
  [[nodiscard]] Result<void, StoreError> Check(const LocalPath& path, ReadPace& pace);

  Unproven& unproven_;
  VerifySubject& subject_;
  const std::function<void()> done_;
  const ProverTiming timing_;
  ReadPace unpaced_{0};  // of those that somebody waits for
  ReadPace pace_;
  std::atomic<std::uint64_t> dropped_{0};
  std::thread thread_;  // last: it uses all of the above; none when nothing is to be proved
};

}  // namespace image_cache
