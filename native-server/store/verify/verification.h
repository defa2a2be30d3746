// Comparing entries and files on request, one comparison at a time, on a thread of its own.
//
// Owned by the DiskStore; thread-safe. Destroying it cancels what runs.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "native-server/store/folder/adoption.h"
#include "native-server/store/verify/verifier.h"
#include "native-server/store/verify/verify_report.h"
#include "native-server/store/verify/verify_subject.h"

namespace image_cache {

class Verification {
 public:
  // `not_adopted`: at the start of this run, and so found by each comparison.
  explicit Verification(VerifySubject& subject, NotAdopted not_adopted = {})
      : subject_(subject), not_adopted_(std::move(not_adopted)) {}
  ~Verification();

  // False when one runs already.
  [[nodiscard]] bool Start(VerifyOptions options);
  // Of the one that runs, else of the last one; nothing before the first.
  [[nodiscard]] std::optional<VerifyReport> Report() const;
  // What was checked stays checked. The report says kCancelled soon afterwards.
  void Cancel();

 private:
  [[nodiscard]] bool IsRunning() const;  // REQUIRES: mutex_ is held

  VerifySubject& subject_;
  const NotAdopted not_adopted_;
  mutable std::mutex mutex_;
  std::unique_ptr<Verifier> verifier_;  // guarded by mutex_; of the last Start
  std::thread thread_;                  // guarded by mutex_
};

}  // namespace image_cache
