// A downloader against a FakeOrigin, with credentials that the test chooses.
#pragma once

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "native-server/origin/downloader.h"
#include "tests/native-server/origin/fake_origin.h"
#include "tests/native-server/origin/gate.h"
#include "tests/native-server/origin/recording_sink.h"

namespace image_cache {

class TestCredentials final : public CredentialsProvider {
 public:
  std::optional<Credentials> Get() override { return keys; }
  std::string Region() const override { return "eu-west-1"; }

  std::optional<Credentials> keys;
};

class DownloaderFixture : public testing::Test {
 protected:
  static void SetUpTestSuite() { curl_global_init(CURL_GLOBAL_DEFAULT); }

  // The script may use gate_, and what the test's body has only until the last answer is there.
  void BeginOrigin(FakeOrigin::Script script) {
    origin_ = std::make_unique<FakeOrigin>(std::move(script));
  }
  // `pattern`: empty for the origin's own.
  void BeginDownloader(DownloaderOptions options = {}, const std::string& pattern = {},
                       S3Addressing addressing = {}) {
    options.retry = retry_;
    policy_ = std::make_unique<OriginPolicy>(
        OriginPolicy::Create({pattern.empty() ? origin_->Origin() : pattern}, addressing.endpoint)
            .value());
    downloader_ = Downloader::Create(options, std::move(addressing), *policy_, credentials_);
  }
  S3Addressing OriginAsEndpoint() const {
    return {.endpoint = ParseS3Endpoint(origin_->Origin()).value()};
  }

  struct Started {
    Downloader::Id id;
    std::shared_ptr<Recording> recording;
  };
  Started Start(std::string url, Urgency urgency = Urgency::kNormal,
                RecordingSink::Manner manner = {}) {
    auto recording = std::make_shared<Recording>();
    auto sink = std::make_unique<RecordingSink>(recording, std::move(manner));
    return {downloader_->Start({.url = std::move(url), .urgency = urgency}, std::move(sink)),
            recording};
  }
  // Starts, and waits for the end.
  Recording::Seen Get(std::string url, RecordingSink::Manner manner = {}) {
    return Start(std::move(url), Urgency::kNormal, std::move(manner)).recording->Wait();
  }

  RetryOptions retry_{.max_attempts = 1, .demand_attempts = 1};  // none, unless the test says so
  Gate gate_;  // before the origin, whose threads wait at it
  std::unique_ptr<FakeOrigin> origin_;
  TestCredentials credentials_;
  std::unique_ptr<OriginPolicy> policy_;
  std::unique_ptr<Downloader> downloader_;  // goes first: it uses all of the above
};

inline void ExpectFailed(const Recording::Seen& seen, OriginError error) {
  ASSERT_TRUE(seen.result.has_value()) << "OnDone was not called";
  ASSERT_FALSE(seen.result->has_value()) << "the download succeeded";
  EXPECT_EQ(seen.result->error().code, error) << seen.result->error().detail;
  EXPECT_FALSE(seen.result->error().detail.empty());
  EXPECT_EQ(seen.dones, 1);
  EXPECT_FALSE(seen.out_of_order);
}

inline void ExpectWhole(const Recording::Seen& seen, const std::string& body) {
  ASSERT_TRUE(seen.result.has_value()) << "OnDone was not called";
  ASSERT_TRUE(seen.result->has_value()) << seen.result->error().detail;
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(seen.heads, 1);
  EXPECT_EQ(seen.dones, 1);
  EXPECT_FALSE(seen.out_of_order);
}

}  // namespace image_cache
