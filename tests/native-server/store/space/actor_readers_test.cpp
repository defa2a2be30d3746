#include "native-server/store/space/actor_readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace image_cache {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(ActorReadersTest, KnowsWhoIsReadByTheOwnersOfThePicture) {
  ActorReaders readers;
  auto kept = std::make_shared<const int>(1);
  auto other = std::make_shared<const int>(2);
  readers.Watch("a", kept);
  readers.Watch("b", other);
  EXPECT_THAT(readers.Reading(), IsEmpty()) << "kept open is not read";
  auto answer = kept;
  auto another_answer = kept;
  EXPECT_THAT(readers.Reading(), UnorderedElementsAre("a"));
  answer.reset();
  EXPECT_THAT(readers.Reading(), UnorderedElementsAre("a"));
  another_answer.reset();
  EXPECT_THAT(readers.Reading(), IsEmpty());
}

TEST(ActorReadersTest, ForgetsWhatWasClosed) {
  ActorReaders readers;
  const auto kept = std::make_shared<const int>(0);
  readers.Watch("kept", kept);
  for (int i = 0; i < 100'000; ++i) readers.Watch("closed", std::make_shared<const int>(i));
  EXPECT_LT(readers.watched(), 5'000U);
  const auto answer = kept;
  EXPECT_THAT(readers.Reading(), UnorderedElementsAre("kept"));
}

}  // namespace
}  // namespace image_cache
