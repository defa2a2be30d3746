#include "native-server/http/message/accept.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

constexpr const char* kJson = "application/json";

TEST(AcceptTest, TakesTheMostSpecificRange) {
  const struct {
    const char* accept;
    int quality;
  } kCases[] = {
      {"", 1000},
      {"  ", 1000},
      {"application/json", 1000},
      {"Application/JSON", 1000},
      {"application/json;q=0.25", 250},
      {"application/json ; Q=0.25", 250},
      {"application/json;charset=utf-8;q=0.5", 500},
      {"*/*", 1000},
      {"*/*;q=0.1", 100},
      {"application/*;q=0.3", 300},
      {"*/*;q=0.9, application/*;q=0.3", 300},
      {"*/*, application/*;q=0.3, application/json;q=0", 0},
      {"application/json;q=0, */*", 0},
      {"text/html, application/xhtml+xml", 0},
      {"text/*", 0},
      {"application/json;q=2", 0},
      {"application/json;q=x", 0},
      {"application/jsonp", 0},
      {", ,application/json,", 1000},
      {"/*", 0},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(QualityOf(test.accept, kJson), test.quality) << test.accept;
  }
}

TEST(AcceptTest, TellsANameFromARangeThatHoldsIt) {
  EXPECT_TRUE(NamesMediaType("text/html, application/json;q=0.1", kJson));
  for (const char* accept : {"", "*/*", "application/*", "application/json;q=0", "text/html"}) {
    EXPECT_FALSE(NamesMediaType(accept, kJson)) << accept;
  }
}

}  // namespace
}  // namespace image_cache
