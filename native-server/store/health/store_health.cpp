#include "native-server/store/health/store_health.h"

#include <spdlog/spdlog.h>

#include <string>

#include "native-server/store/health/sickness.h"

namespace image_cache {
namespace {

void LogState(HealthState state, Sickness sickness) {
  switch (state) {
    case HealthState::kHealthy:
      spdlog::info("the store is healthy again");
      break;
    case HealthState::kDegraded:
      spdlog::error("the store is degraded, since {}: it serves what it has and stores nothing new",
                    Describe(sickness));
      break;
    case HealthState::kOff:
      spdlog::error("the store is off, since {}: everything is passed on from its origin",
                    Describe(sickness));
      break;
  }
}

StoreError CodeOf(Sickness sickness) {
  switch (sickness) {
    case Sickness::kFull:
      return StoreError::kFull;
    case Sickness::kReadOnly:
      return StoreError::kNotWritable;
    default:
      return StoreError::kIo;
  }
}

}  // namespace

template <typename Change>
void StoreHealth::Update(Change change) {
  const std::lock_guard lock(mutex_);
  const HealthState before = machine_.state();
  change();
  const HealthState after = machine_.state();
  has_failed_reads_ = machine_.has_failed_reads();
  state_ = after;
  if (after == before) return;
  ++counted_.transitions;
  LogState(after, machine_.sickness().value_or(Sickness::kIo));
}

void StoreHealth::Count(Sickness sickness) {
  ++counted_.errors.at(static_cast<std::size_t>(sickness));
}

void StoreHealth::NoteFailedWrite(Sickness sickness) {
  Update([&] {
    Count(sickness);
    machine_.WritingFailed(sickness, clock_.Monotonic());
  });
}

void StoreHealth::NoteFailedRead(Sickness sickness) {
  Update([&] {
    Count(sickness);
    machine_.ReadingFailed(sickness, clock_.Monotonic());
  });
}

void StoreHealth::NoteFailedIndex(StoreError error) {
  Update([&] {
    Count(SicknessOf(error));
    machine_.IndexFailed(SicknessOf(error), clock_.Monotonic());
  });
}

void StoreHealth::NoteReadAfterFailures() {
  Update([&] { machine_.ReadingWorked(); });
}

Result<void, StoreError> StoreHealth::MayWrite() const {
  if (state_ == HealthState::kHealthy) return {};
  const std::lock_guard lock(mutex_);
  const auto sickness = machine_.sickness();
  if (!sickness) return {};  // it has recovered meanwhile
  return Fail(CodeOf(*sickness),
              "pictures are not stored for now, since " + std::string(Describe(*sickness)));
}

Result<void, StoreError> StoreHealth::MayRead() const {
  if (state_ != HealthState::kOff) return {};
  return Fail(StoreError::kOff, "the disk cannot be read for now");
}

std::optional<StoreHealth::Probe> StoreHealth::TryBeginProbe() {
  if (state_ == HealthState::kHealthy) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (!machine_.TryBeginProbe(clock_.Monotonic())) return std::nullopt;
  return Probe{.tries_index = machine_.is_index_sick()};
}

bool StoreHealth::EndProbe(const HealthMachine::ProbeResult& result) {
  Update([&] {
    ++(result.is_well() ? counted_.probes_succeeded : counted_.probes_failed);
    for (const auto& part : {result.reading, result.writing, result.index}) {
      if (part) Count(*part);
    }
    machine_.EndProbe(result, clock_.Monotonic());
  });
  return result.is_well();
}

StoreHealthReport StoreHealth::Report() const {
  const std::lock_guard lock(mutex_);
  StoreHealthReport report = counted_;
  report.state = machine_.state();
  if (const auto sickness = machine_.sickness()) report.reason = Describe(*sickness);
  return report;
}

}  // namespace image_cache
