#include "native-server/http/access_log/access_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace image_cache {
namespace {

Access Picture() {
  return {.time_ms = 1'760'709'600'123,
          .client = "127.0.0.1",
          .method = "GET",
          .target = "/api/cache/image?path=a",
          .version = "HTTP/1.1",
          .status = 200,
          .body_bytes = 328059,
          .duration_us = 1234,
          .is_whole = true,
          .referer = {},
          .user_agent = "curl/7.88.1"};
}

std::string LineOf(const Access& access, AccessLogFormat format) {
  std::string line;
  AppendAccessLine(line, access, format);
  return line;
}

TEST(AccessLineTest, IsAsApacheWritesIt) {
  EXPECT_EQ(LineOf(Picture(), AccessLogFormat::kCombined),
            "127.0.0.1 - - [17/Oct/2025:14:00:00 +0000] \"GET /api/cache/image?path=a HTTP/1.1\" "
            "200 328059 \"-\" \"curl/7.88.1\"\n");
}

TEST(AccessLineTest, OfARequestThatCouldNotBeReadSaysSo) {
  Access access = Picture();
  access.target = {};
  access.status = 400;
  EXPECT_NE(LineOf(access, AccessLogFormat::kCombined).find("\"-\" 400 "), std::string::npos);
}

TEST(AccessLineTest, IsOneJsonObject) {
  const std::string line = LineOf(Picture(), AccessLogFormat::kJson);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["time"], "2025-10-17T14:00:00.123Z");
  EXPECT_EQ(json["duration_ms"], 1.234);
  EXPECT_EQ(json["bytes"], 328059);
  EXPECT_EQ(json["whole"], true);
  EXPECT_FALSE(json.contains("referer"));
}

TEST(AccessLineTest, StaysOneLineAndOneFieldWhateverAClientSends) {
  std::string hostile;
  for (int byte = 0; byte < 256; ++byte) hostile.push_back(static_cast<char>(byte));
  Access access = Picture();
  access.method = access.target = access.referer = access.user_agent = hostile;

  const std::string combined = LineOf(access, AccessLogFormat::kCombined);
  EXPECT_EQ(std::count(combined.begin(), combined.end(), '\n'), 1);
  EXPECT_EQ(std::count(combined.begin(), combined.end(), '"'), 6) << "those of the three fields";
  EXPECT_TRUE(std::all_of(combined.begin(), combined.end() - 1,
                          [](char c) { return c >= ' ' && c < '\x7f'; }));

  const std::string line = LineOf(access, AccessLogFormat::kJson);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto agent = nlohmann::json::parse(line)["user_agent"].get<std::string>();
  EXPECT_EQ(agent.substr(0, 128), hostile.substr(0, 128));
  EXPECT_EQ(agent.size(), 128U + 2 * 128U) << "a byte over 127 is a letter of Latin-1";
}

TEST(AccessLineTest, IsBounded) {
  const std::string long_text(100'000, '\n');
  Access access = Picture();
  access.target = access.referer = access.user_agent = long_text;
  for (const AccessLogFormat format : {AccessLogFormat::kCombined, AccessLogFormat::kJson}) {
    EXPECT_LT(LineOf(access, format).size(), 3 * 6 * kMaxLoggedTextBytes + 500);
  }
}

}  // namespace
}  // namespace image_cache
