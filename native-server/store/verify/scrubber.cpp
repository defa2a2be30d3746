#include "native-server/store/verify/scrubber.h"

#include <spdlog/spdlog.h>

#include "native-server/base/idle_priority.h"

namespace image_cache {
namespace {

void Add(ScrubStats& stats, const VerifyReport& round) {
  stats.entries += round.entries_checked;
  stats.bytes += round.bytes_checked;
  for (const Findings& findings : round.by_kind) {
    stats.findings += findings.found;
    stats.repaired += findings.repaired;
  }
}

}  // namespace

Scrubber::Scrubber(VerifySubject& subject, std::uint64_t bytes_per_second, const Clock& clock,
                   std::chrono::milliseconds rest)
    : subject_(subject), bytes_per_second_(bytes_per_second), clock_(clock), rest_(rest) {
  past_.bytes_per_second = bytes_per_second;
  if (bytes_per_second > 0) thread_ = std::thread([this] { Run(); });
}

Scrubber::~Scrubber() {
  resting_.Stop();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (round_) round_->Cancel();
  }
  if (thread_.joinable()) thread_.join();
}

ScrubStats Scrubber::Stats() const {
  const std::lock_guard lock(mutex_);
  ScrubStats stats = past_;
  if (round_) Add(stats, round_->Report());
  return stats;
}

void Scrubber::Run() {
  LowerPriorityOfThisThread();
  do {
    Verifier* round = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      round_ =
          std::make_unique<Verifier>(subject_, VerifyOptions{.repair = true,
                                                             .bytes_per_second = bytes_per_second_,
                                                             .threads = 1,
                                                             .in_idle_time = true});
      round = round_.get();
    }
    round->Run();
    const std::lock_guard lock(mutex_);
    AddRound();
  } while (resting_.Rest(rest_));
}

void Scrubber::AddRound() {
  const VerifyReport round = round_->Report();
  Add(past_, round);
  round_.reset();
  if (round.state == VerifyReport::State::kDone) {
    ++past_.rounds;
    past_.last_round_ended_ms = clock_.NowMs();
  } else if (round.state == VerifyReport::State::kFailed) {
    spdlog::warn("a round of the scrub has failed: {}", round.failure);
  }
}

}  // namespace image_cache
