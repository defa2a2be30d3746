// The table of the health machine: what happens, and what it makes of that.

#include "native-server/store/health/health_machine.h"

#include <gtest/gtest.h>

namespace image_cache::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class HealthMachineTest : public ::testing::Test {
 protected:
  void FailReads(int times) {
    for (int i = 0; i < times; ++i) machine.ReadingFailed(Sickness::kIo, now);
  }
  // Goes on to the next probe, which finds this.
  void Probe(const HealthMachine::ProbeResult& result) {
    now += machine.probe_interval();
    ASSERT_TRUE(machine.TryBeginProbe(now));
    machine.EndProbe(result, now);
  }

  HealthMachine machine;
  HealthMachine::TimePoint now{seconds(1000)};
};

TEST_F(HealthMachineTest, StartsHealthyAndProbesNothing) {
  EXPECT_EQ(machine.state(), HealthState::kHealthy);
  EXPECT_FALSE(machine.sickness());
  EXPECT_FALSE(machine.TryBeginProbe(now + seconds(1000)));
}

TEST_F(HealthMachineTest, IsDegradedByTheFirstWriteThatFails) {
  machine.WritingFailed(Sickness::kFull, now);
  EXPECT_EQ(machine.state(), HealthState::kDegraded);
  EXPECT_EQ(machine.sickness(), Sickness::kFull);
  EXPECT_FALSE(machine.is_index_sick());
}

TEST_F(HealthMachineTest, IsDegradedByTheIndexAndSaysSo) {
  machine.IndexFailed(Sickness::kReadOnly, now);
  EXPECT_EQ(machine.state(), HealthState::kDegraded);
  EXPECT_EQ(machine.sickness(), Sickness::kReadOnly);
  EXPECT_TRUE(machine.is_index_sick());
}

TEST_F(HealthMachineTest, IsNotOffForOneFileThatCannotBeRead) {
  FailReads(kFailedReadsUntilOff - 1);
  EXPECT_EQ(machine.state(), HealthState::kHealthy);
  machine.ReadingWorked();
  FailReads(kFailedReadsUntilOff - 1);
  EXPECT_EQ(machine.state(), HealthState::kHealthy);
}

TEST_F(HealthMachineTest, IsOffWhenNothingCanBeRead) {
  FailReads(kFailedReadsUntilOff);
  EXPECT_EQ(machine.state(), HealthState::kOff);
  EXPECT_EQ(machine.sickness(), Sickness::kIo);
}

TEST_F(HealthMachineTest, IsOnlyDegradedWhenDescriptorsAreShortForReading) {
  for (int i = 0; i < 10; ++i) machine.ReadingFailed(Sickness::kDescriptors, now);
  EXPECT_EQ(machine.state(), HealthState::kDegraded);
  EXPECT_EQ(machine.sickness(), Sickness::kDescriptors);
}

TEST_F(HealthMachineTest, GoesFromDegradedToOffAndBackStepByStep) {
  machine.WritingFailed(Sickness::kIo, now);
  FailReads(kFailedReadsUntilOff);
  EXPECT_EQ(machine.state(), HealthState::kOff);
  Probe({.reading = std::nullopt, .writing = Sickness::kReadOnly, .index = std::nullopt});
  EXPECT_EQ(machine.state(), HealthState::kDegraded);
  EXPECT_EQ(machine.sickness(), Sickness::kReadOnly);
  Probe({});
  EXPECT_EQ(machine.state(), HealthState::kHealthy);
  EXPECT_FALSE(machine.sickness());
}

TEST_F(HealthMachineTest, ProbesOnceAtATimeAndNotEarly) {
  machine.WritingFailed(Sickness::kFull, now);
  EXPECT_FALSE(machine.TryBeginProbe(now + milliseconds(999)));
  EXPECT_TRUE(machine.TryBeginProbe(now + seconds(1)));
  EXPECT_FALSE(machine.TryBeginProbe(now + seconds(2))) << "one is under way";
}

TEST_F(HealthMachineTest, ProbesAtGrowingIntervalsUpToTheLongest) {
  machine.WritingFailed(Sickness::kFull, now);
  std::vector<std::int64_t> intervals_s;
  for (int i = 0; i < 8; ++i) {
    intervals_s.push_back(std::chrono::duration_cast<seconds>(machine.probe_interval()).count());
    Probe({.reading = std::nullopt, .writing = Sickness::kFull, .index = std::nullopt});
  }
  EXPECT_EQ(intervals_s, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 60, 60}));
}

TEST_F(HealthMachineTest, GoesOnGrowingWhenItFallsIllAgainSoon) {
  machine.WritingFailed(Sickness::kFull, now);
  Probe({});
  machine.WritingFailed(Sickness::kFull, now + seconds(10));
  EXPECT_EQ(machine.probe_interval(), seconds(2));
}

TEST_F(HealthMachineTest, BeginsAnewWhenItWasWellForLong) {
  machine.WritingFailed(Sickness::kFull, now);
  Probe({.reading = std::nullopt, .writing = Sickness::kFull, .index = std::nullopt});
  Probe({});
  machine.WritingFailed(Sickness::kFull, now + seconds(61));
  EXPECT_EQ(machine.probe_interval(), seconds(1));
}

TEST_F(HealthMachineTest, KeepsItsProbeWhenMoreFailsMeanwhile) {
  machine.WritingFailed(Sickness::kFull, now);
  machine.WritingFailed(Sickness::kIo, now + milliseconds(900));
  EXPECT_EQ(machine.sickness(), Sickness::kIo);
  EXPECT_TRUE(machine.TryBeginProbe(now + seconds(1)));
}

}  // namespace
}  // namespace image_cache::testing
