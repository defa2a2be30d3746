#include "native-server/services/fetch/fetch_error.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

TEST(FetchErrorTest, KeepsTheDetail) {
  const Error<OriginError> error{OriginError::kTimeout, "no answer within 20 s"};
  EXPECT_EQ(ToFetchError(error),
            (Error<FetchError>{FetchError::kOriginTimeout, "no answer within 20 s"}));
}

TEST(FetchErrorTest, IsTransientWhereTheOriginSaysSo) {
  for (const OriginError error :
       {OriginError::kNotAllowed, OriginError::kInvalidUrl, OriginError::kNotFound,
        OriginError::kDenied, OriginError::kUnavailable, OriginError::kTimeout,
        OriginError::kTruncated, OriginError::kUnexpected, OriginError::kCancelled}) {
    EXPECT_EQ(IsTransient(ToFetchError(Error<OriginError>{error, ""}).code), IsTransient(error));
  }
}

TEST(FetchErrorTest, TellsAFullDiskFromABrokenOne) {
  const auto code = [](StoreError error) {
    return ToFetchError(Error<StoreError>{error, ""}).code;
  };
  EXPECT_EQ(code(StoreError::kFull), FetchError::kNoSpace);
  EXPECT_EQ(code(StoreError::kIo), FetchError::kStoreFailed);
  EXPECT_EQ(code(StoreError::kNotWritable), FetchError::kStoreReadOnly);
  EXPECT_EQ(code(StoreError::kTooLarge), FetchError::kTooLarge);
  EXPECT_EQ(code(StoreError::kNotAPicture), FetchError::kNotAPicture);
  EXPECT_FALSE(IsTransient(FetchError::kNoSpace));
  EXPECT_TRUE(IsTransient(FetchError::kStoreFailed));
}

}  // namespace
}  // namespace image_cache
