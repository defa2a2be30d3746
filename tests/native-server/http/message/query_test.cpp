#include "native-server/http/message/query.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

struct Case {
  std::string query;
  std::optional<std::string> expected;
};

class QueryTest : public testing::TestWithParam<Case> {};

TEST_P(QueryTest, FindsTheParameterDecodedOnce) {
  const auto found = FindQueryParameter(GetParam().query, "path");
  ASSERT_TRUE(found) << GetParam().query;
  EXPECT_EQ(*found, GetParam().expected) << GetParam().query;
}

INSTANTIATE_TEST_SUITE_P(
    Table, QueryTest,
    testing::Values(Case{"", std::nullopt}, Case{"a=b", std::nullopt}, Case{"path", ""},
                    Case{"path=", ""}, Case{"path=a/b.jpg", "a/b.jpg"}, Case{"x=1&path=a&y=2", "a"},
                    Case{"xpath=1&path=a", "a"}, Case{"path=a%2Fb%20c", "a/b c"},
                    Case{"path=%252e", "%2e"}, Case{"path=a+b", "a+b"}, Case{"path=a%2Bb", "a+b"},
                    Case{"path=a=b", "a=b"}, Case{"&&path=a&", "a"},
                    Case{"path=%c3%A9", "\xc3\xa9"}, Case{"path=%00", std::string(1, '\0')}));

TEST(QueryTest, RefusesBrokenEscapesAndRepetition) {
  for (const char* query : {"path=%", "path=%2", "path=%zz", "path=a%2"}) {
    const auto found = FindQueryParameter(query, "path");
    ASSERT_FALSE(found) << query;
    EXPECT_EQ(found.error().code, QueryError::kBadEscape) << query;
  }
  const auto repeated = FindQueryParameter("path=a&path=a", "path");
  ASSERT_FALSE(repeated);
  EXPECT_EQ(repeated.error().code, QueryError::kRepeated);
}

}  // namespace
}  // namespace image_cache
