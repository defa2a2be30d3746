#include "native-server/store/proof/prover.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>
#include <vector>

#include "native-server/base/idle_priority.h"

namespace image_cache {

Prover::Prover(Unproven& unproven, VerifySubject& subject, std::function<void()> done,
               ProverTiming timing)
    : unproven_(unproven),
      subject_(subject),
      done_(std::move(done)),
      timing_(timing),
      pace_(timing.bytes_per_second) {
  if (unproven_.empty()) return;
  spdlog::info(
      "{} pictures are younger than the last checkpoint: each is checked before it is served",
      unproven_.left());
  if (timing_.in_background) thread_ = std::thread([this] { Run(); });
}

Prover::~Prover() {
  pace_.Stop();
  unpaced_.Stop();
  if (thread_.joinable()) thread_.join();
}

void Prover::Run() {
  LowerPriorityOfThisThread();
  try {
    do {
      ProveAll();
    } while (!unproven_.empty() && pace_.Rest(timing_.next_try));
  } catch (const std::exception& error) {
    spdlog::error("checking the youngest pictures has failed: {}", error.what());
  }
  if (!unproven_.empty()) return;
  spdlog::info("the youngest pictures are checked; {} were broken and are dropped", dropped());
  done_();
}

void Prover::ProveAll() {
  bool all_looked_at = true;
  for (const std::string& actor_id : subject_.ActorIds()) {
    std::vector<LocalPath> paths;
    subject_.VisitActor(actor_id, [&](const Entry& entry) {
      if (!unproven_.Contains(entry.local_path)) return;
      if (auto path = LocalPath::Parse(entry.local_path)) paths.push_back(std::move(*path));
    });
    for (const LocalPath& path : paths) {
      if (pace_.stopped() || unproven_.empty()) return;
      const auto proved = Check(path, pace_);
      if (!proved && proved.error().code == StoreError::kIo) all_looked_at = false;
    }
  }
  // What no entry of the index named was removed before its turn came.
  if (all_looked_at && !pace_.stopped()) unproven_.SettleAll();
}

Result<void, StoreError> Prover::Check(const LocalPath& path, ReadPace& pace) {
  const auto entry = subject_.FindByPath(path);
  if (!entry) {
    unproven_.Settle(path.text());
    return Fail(StoreError::kNotFound, "no such picture is cached");
  }
  const FileVerdict verdict = CheckFile(subject_.folder(), subject_.FileOf(*entry), pace);
  switch (verdict.state) {
    case FileState::kSound:
      unproven_.Settle(path.text());
      return {};
    case FileState::kUnreadable:
    case FileState::kUnknown:
    case FileState::kStopped:
      return Fail(StoreError::kIo, "the picture cannot be checked now");
    case FileState::kMissing:
    case FileState::kWrongSize:
    case FileState::kWrongContent:
      break;
  }
  if (subject_.JudgeEntry(*entry, verdict, /*repair=*/true) == Judgement::kRepaired) {
    ++dropped_;
    unproven_.Settle(path.text());
    return Fail(StoreError::kNotFound, "the picture was damaged by a power loss and is dropped");
  }
  // A reader and the background may have found the same, and the other one was faster.
  if (!subject_.FindByPath(path)) {
    unproven_.Settle(path.text());
    return Fail(StoreError::kNotFound, "the picture was damaged by a power loss and is dropped");
  }
  // Somebody else has changed it meanwhile, or it cannot be dropped; either way it is looked at
  // again before it is served.
  return Fail(StoreError::kIo, "the picture cannot be checked now");
}

}  // namespace image_cache
