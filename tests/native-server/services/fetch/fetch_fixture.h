// A FetchService over a real store and a downloader that the test plays.
#pragma once

#include <future>
#include <memory>
#include <string>

#include "native-server/services/fetch/fetch_service.h"
#include "tests/native-server/services/fetch/fake_downloader.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {

using FetchOutcome = Result<FetchedImage, FetchError>;

class FetchTest : public StoreTest {
 protected:
  FetchTest() : policy(*OriginPolicy::Create({}, std::nullopt)) {}

  void SetUp() override {
    Open();
    fetcher = std::make_unique<FetchService>(*store, *downloader, policy, S3Addressing{}, clock);
  }

  std::future<FetchOutcome> Fetch(const std::string& url, Urgency urgency = Urgency::kNormal,
                                  const std::string& actor_id = "0001") {
    auto promise = std::make_shared<std::promise<FetchOutcome>>();
    auto future = promise->get_future();
    // A second call would throw: a promise can be kept only once.
    fetcher->Fetch(
        {.s3_url = url, .actor_id = actor_id, .filename = "name.jpg", .urgency = urgency},
        [promise](FetchOutcome outcome) { promise->set_value(std::move(outcome)); });
    return future;
  }

  static bool IsReady(const std::future<FetchOutcome>& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  OriginPolicy policy;
  std::unique_ptr<FakeDownloader> downloader = std::make_unique<FakeDownloader>();
  std::unique_ptr<FetchService> fetcher;  // goes before the downloader, and that before the store
};

}  // namespace image_cache::testing
