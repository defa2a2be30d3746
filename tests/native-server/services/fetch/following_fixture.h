// A FetchService whose pictures are read while they are downloaded.
#pragma once

#include <unistd.h>

#include <future>
#include <memory>
#include <string>
#include <variant>

#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {

using OpenOutcome = Result<OpenedPicture, FetchError>;

class FetchFollowingTest : public FetchTest {
 protected:
  std::future<OpenOutcome> Open(const std::string& url, const std::string& actor_id = "0001") {
    auto promise = std::make_shared<std::promise<OpenOutcome>>();
    auto future = promise->get_future();
    // A second call would throw: a promise can be kept only once.
    fetcher->Open(
        *fetcher->Admit(url),
        {.s3_url = url, .actor_id = actor_id, .filename = "a.jpg", .urgency = Urgency::kDemand},
        [promise](OpenOutcome outcome) { promise->set_value(std::move(outcome)); });
    return future;
  }

  static bool IsReady(const std::future<OpenOutcome>& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  static OpenedMiss MissOf(std::future<OpenOutcome>& future) {
    return std::get<OpenedMiss>(future.get().value());
  }

  // What a follower could send by now.
  static std::string Read(const GrowingFile& file) {
    std::string bytes(file.progress().size_bytes, '\0');
    EXPECT_EQ(::pread(file.fd(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    return bytes;
  }
};

}  // namespace image_cache::testing
