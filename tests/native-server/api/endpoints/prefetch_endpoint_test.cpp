// On which thread a prefetch is begun: not on the one that serves pictures.

#include "native-server/api/endpoints/prefetch_endpoint.h"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <thread>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::HasSubstr;

// Answers every download at once, and knows on which thread it was asked.
class InstantDownloader final : public Downloader {
 public:
  Id Start(DownloadOrder, std::unique_ptr<DownloadSink> sink) override {
    asked_on = std::this_thread::get_id();
    sink->OnDone(Fail(OriginError::kNotFound, "the test has none"));
    return 1;
  }
  void Promote(Id, Urgency) override {}
  void Cancel(Id) override {}
  [[nodiscard]] DownloaderStats Stats() const override { return {}; }
  [[nodiscard]] DownloadList List(std::size_t) const override { return {}; }

  std::atomic<std::thread::id> asked_on;
};

class PrefetchEndpointTest : public StoreTest {
 protected:
  Response Ask(const std::string& body) {
    Open();
    const OriginPolicy policy = *OriginPolicy::Create({}, std::nullopt);
    FetchService fetcher(*store, downloader, policy, S3Addressing{}, clock);
    RunningPrefetches running;
    PrefetchService prefetcher(fetcher, running);
    PrefetchJobs jobs(fetcher, running, clock);
    Request request;
    request.mutable_body() = body;
    boost::asio::io_context io(1);
    Background background;
    std::optional<Response> answer;
    boost::asio::co_spawn(io.get_executor(),
                          AnswerPrefetch(request, prefetcher, jobs, *store, background),
                          [&answer](const std::exception_ptr& failure, Response response) {
                            if (!failure) answer = std::move(response);
                          });
    io.run();
    // A job is begun behind its answer.
    if (answer && answer->status == 202) {
      EXPECT_TRUE(Eventually([this] { return downloader.asked_on.load() != std::thread::id(); }));
    }
    EXPECT_TRUE(answer);
    return answer ? std::move(*answer) : Response{};
  }
  static std::string BodyOf(const Response& response) {
    const auto* body = std::get_if<std::string>(&response.body);
    return body == nullptr ? "" : *body;
  }
  void ExpectAskedInTheBackground() const {
    EXPECT_NE(downloader.asked_on.load(), std::thread::id());
    EXPECT_NE(downloader.asked_on.load(), std::this_thread::get_id());
  }

  const std::string image = R"({"s3_url":")" + KeyOf("a.jpg") + R"("})";
  InstantDownloader downloader;
};

TEST_F(PrefetchEndpointTest, BeginsOffTheEventLoopAndReports) {
  const Response response = Ask(R"({"actor_id":"0001","images":[)" + image + "]}");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(BodyOf(response), HasSubstr("\"error\":\"origin-not-found\""));
  ExpectAskedInTheBackground();
}

TEST_F(PrefetchEndpointTest, BeginsAJobOffTheEventLoop) {
  const Response response = Ask(R"({"actor_id":"0001","wait":false,"images":[)" + image + "]}");
  EXPECT_EQ(response.status, 202);
  EXPECT_THAT(BodyOf(response), HasSubstr("\"accepted\":1"));
  ExpectAskedInTheBackground();
}

TEST_F(PrefetchEndpointTest, RefusesABadBody) {
  EXPECT_EQ(Ask("{").status, 400);
  EXPECT_EQ(downloader.asked_on.load(), std::thread::id());
}

}  // namespace
}  // namespace image_cache::testing
