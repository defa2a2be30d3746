// A verification that was ordered and has not begun: its thread may take a while to.
#include "native-server/store/verify/verifier.h"

#include "native-server/store/verify/folder_subject.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using VerifierTest = StoreTest;

TEST_F(VerifierTest, TellsItsOrderAndItsTimeBeforeItRuns) {
  Open();
  store.reset();
  const auto subject = FolderSubject::Open(cache_dir, {});
  ASSERT_TRUE(subject);
  const VerifyReport report = Verifier(**subject, {.repair = true}).Report();
  EXPECT_EQ(report.state, VerifyReport::State::kRunning);
  EXPECT_TRUE(report.repair);
  EXPECT_LT(report.elapsed_ms, 60'000) << "since the machine was started";
}

}  // namespace
}  // namespace image_cache::testing
