#include "native-server/http/websocket/upgrade.h"

#include <gtest/gtest.h>

#include <map>

namespace image_cache {
namespace {

using Fields = std::map<std::string, std::string>;

const Fields kGood = {{"Host", "a"},
                      {"Upgrade", "WebSocket"},
                      {"Connection", "keep-alive, Upgrade"},
                      {"Sec-WebSocket-Version", "13"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};

// kGood with another value for one field; an empty one leaves it out.
std::optional<Response> RefuseWith(const std::string& name, const std::string& value,
                                   Method method = Method::kGet) {
  Fields fields = kGood;
  fields[name] = value;
  Request request;
  request.set_method(method);
  for (const auto& [field, text] : fields) {
    if (!text.empty()) request.AddHeader(field, text);
  }
  return RefuseHandshake(request);
}

TEST(UpgradeTest, TakesWhatBrowsersSend) {
  EXPECT_FALSE(RefuseWith("Connection", "Upgrade"));
  EXPECT_FALSE(RefuseWith("Connection", "keep-alive ,\tupgrade"));
}

TEST(UpgradeTest, AsksWhoeverWantsNoWebSocketToUpgrade) {
  for (const auto& refusal :
       {RefuseWith("Upgrade", ""), RefuseWith("Upgrade", "h2c"), RefuseWith("Connection", ""),
        RefuseWith("Connection", "upgraded"), RefuseWith("Host", "a", Method::kHead)}) {
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->status, 426);
    EXPECT_EQ(refusal->FindHeader("Upgrade"), "websocket");
    EXPECT_FALSE(refusal->FindHeader("Sec-WebSocket-Version"));
  }
}

TEST(UpgradeTest, NamesTheVersionThatItSpeaks) {
  for (const char* version : {"", "8", "013", "13, 8"}) {
    const auto refusal = RefuseWith("Sec-WebSocket-Version", version);
    ASSERT_TRUE(refusal) << version;
    EXPECT_EQ(refusal->status, 426);
    EXPECT_EQ(refusal->FindHeader("Sec-WebSocket-Version"), "13");
  }
}

TEST(UpgradeTest, InsistsOnAKeyOfSixteenBytes) {
  for (const char* key : {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ==x",
                          "dGhlIHNhbXBsZSBub25j!!==", "dGhlIHNhbXBsZSBub25jZQ=A"}) {
    const auto refusal = RefuseWith("Sec-WebSocket-Key", key);
    ASSERT_TRUE(refusal) << key;
    EXPECT_EQ(refusal->status, 400);
  }
}

}  // namespace
}  // namespace image_cache
