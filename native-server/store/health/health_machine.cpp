#include "native-server/store/health/health_machine.h"

#include <algorithm>

namespace image_cache {

void HealthMachine::WritingFailed(Sickness sickness, TimePoint now) {
  Fall(sick_.writing, sickness, now);
}

void HealthMachine::IndexFailed(Sickness sickness, TimePoint now) {
  Fall(sick_.index, sickness, now);
}

void HealthMachine::ReadingFailed(Sickness sickness, TimePoint now) {
  // Not the disk's: what is short now is short for writing as well, and may be there for the next
  // read.
  if (sickness != Sickness::kIo) {
    WritingFailed(sickness, now);
    return;
  }
  if (++failed_reads_ >= kFailedReadsUntilOff) Fall(sick_.reading, sickness, now);
}

void HealthMachine::Fall(std::optional<Sickness>& part, Sickness sickness, TimePoint now) {
  const bool was_well = sick_.is_well();
  part = sickness;
  if (!was_well) return;
  const bool is_relapse =
      interval_ > std::chrono::milliseconds(0) && now - recovered_ < timings_.relapse;
  interval_ = is_relapse ? std::min(interval_ * 2, timings_.longest_probe) : timings_.first_probe;
  next_probe_ = now + interval_;
}

bool HealthMachine::TryBeginProbe(TimePoint now) {
  if (probing_ || sick_.is_well() || now < next_probe_) return false;
  probing_ = true;
  return true;
}

void HealthMachine::EndProbe(const ProbeResult& result, TimePoint now) {
  probing_ = false;
  sick_ = result;
  failed_reads_ = 0;
  if (result.is_well()) {
    recovered_ = now;
    return;
  }
  interval_ = std::min(interval_ * 2, timings_.longest_probe);
  next_probe_ = now + interval_;
}

HealthState HealthMachine::state() const {
  if (sick_.reading) return HealthState::kOff;
  return sick_.is_well() ? HealthState::kHealthy : HealthState::kDegraded;
}

std::optional<Sickness> HealthMachine::sickness() const {
  if (sick_.reading) return sick_.reading;
  return sick_.writing ? sick_.writing : sick_.index;
}

}  // namespace image_cache
