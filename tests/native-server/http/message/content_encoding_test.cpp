#include "native-server/http/message/content_encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

using enum ContentEncoding;

struct Case {
  std::string header;
  ContentEncoding expected;
};

class NegotiationTest : public testing::TestWithParam<Case> {};

TEST_P(NegotiationTest, ChoosesWhatTheClientLikesBest) {
  EXPECT_EQ(NegotiateEncoding(GetParam().header), GetParam().expected) << GetParam().header;
}

INSTANTIATE_TEST_SUITE_P(
    Table, NegotiationTest,
    testing::Values(
        Case{"", kIdentity}, Case{"gzip", kGzip}, Case{"x-gzip", kGzip}, Case{"GZIP", kGzip},
        Case{"gzip, deflate, br, zstd", kBrotli}, Case{"gzip, zstd", kZstd},
        Case{"br;q=0.5, gzip;q=0.8", kGzip}, Case{"br;q=0.8,gzip;q=0.8", kBrotli},
        Case{"br;q=0, gzip", kGzip}, Case{"br ; q=0.1 , zstd ; Q=0.2", kZstd}, Case{"*", kBrotli},
        Case{"*;q=0.1, gzip;q=0.2", kGzip}, Case{"br;q=0, *", kZstd}, Case{"identity", kIdentity},
        Case{"identity, gzip;q=0.5", kIdentity}, Case{"gzip;q=0.5", kGzip},
        Case{"deflate", kIdentity}, Case{"identity;q=0", kIdentity}, Case{"gzip;q=2", kIdentity},
        Case{"gzip;q=x", kIdentity}, Case{",,;,", kIdentity}, Case{"gzip;level=9;q=0", kIdentity}));

}  // namespace
}  // namespace image_cache
