#include "native-server/api/application.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native-server/api/cors.h"

namespace image_cache {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

class ApplicationTest : public testing::Test {
 protected:
  ApplicationTest() : application_(MakeRouter(), policy_, {}) {}

  static Router MakeRouter() {
    Router router;
    router.Get("/api/read", [](const Request&) { return TextResponse(200, "text/plain", "read"); });
    router.Post("/api/change/:id", [](const Request& request) -> Task<Response> {
      co_return TextResponse(200, "text/plain", request.path_parameter());
    });
    return router;
  }

  Response Ask(Method method, const std::string& target, const Headers& headers = {},
               const std::string& body = "", const std::string& host = "localhost:1") {
    Request request;
    request.set_method(method);
    request.SetTarget(target);
    request.AddHeader("Host", host);
    for (const auto& [name, value] : headers) request.AddHeader(name, value);
    request.mutable_body() = body;
    Answer answer = application_.Handle(request);
    if (auto* response = std::get_if<Response>(&answer)) return std::move(*response);
    boost::asio::io_context io(1);
    std::optional<Response> waited;
    boost::asio::co_spawn(io.get_executor(), std::move(std::get<Task<Response>>(answer)),
                          [&waited](const std::exception_ptr& failure, Response response) {
                            if (!failure) waited = std::move(response);
                          });
    io.run();
    EXPECT_TRUE(waited);
    return waited ? std::move(*waited) : Response{};
  }
  static bool IsProblem(const Response& response, const std::string& slug) {
    const auto* body = std::get_if<std::string>(&response.body);
    return body != nullptr && body->find("\"/problems/" + slug + "\"") != std::string::npos;
  }

  const AccessPolicy policy_{
      AccessRules{.hosts = {"localhost"}, .origins = {"http://page.example"}, .token = "secret"}};
  Application application_;
  const Headers token_ = {{"Authorization", "Bearer secret"}};
};

TEST_F(ApplicationTest, RefusesAHostThatIsNotItsOwnBeforeAnythingElse) {
  const Response response = Ask(Method::kGet, "/nowhere", {}, "", "evil.example");
  EXPECT_EQ(response.status, 421);
  EXPECT_TRUE(IsProblem(response, "host-not-allowed"));
}

TEST_F(ApplicationTest, TellsAnUnknownPathFromAWrongMethod) {
  EXPECT_TRUE(IsProblem(Ask(Method::kGet, "/api/nowhere"), "not-found"));
  const Response wrong = Ask(Method::kPost, "/api/read");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.FindHeader("Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(ApplicationTest, AsksForTheTokenOnlyWhereSomethingIsChanged) {
  EXPECT_EQ(Ask(Method::kGet, "/api/read").status, 200);
  const Response refused = Ask(Method::kPost, "/api/change/1");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.FindHeader("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(Ask(Method::kPost, "/api/change/1", token_).status, 200);
}

TEST_F(ApplicationTest, RefusesChangesFromPagesOfOtherOrigins) {
  Headers headers = token_;
  headers.emplace_back("Origin", "http://evil.example");
  const Response refused = Ask(Method::kPost, "/api/change/1", headers);
  EXPECT_TRUE(IsProblem(refused, "cross-origin-refused"));
  EXPECT_EQ(refused.FindHeader("Access-Control-Allow-Origin"), std::nullopt);
  headers.back().second = "http://page.example";
  const Response allowed = Ask(Method::kPost, "/api/change/1", headers);
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(allowed.FindHeader("Access-Control-Allow-Origin"), "http://page.example");
  EXPECT_EQ(allowed.FindHeader("Vary"), "Origin, Referer");
  EXPECT_TRUE(allowed.for_other_sites);
}

TEST_F(ApplicationTest, TakesNoBodyButJson) {
  EXPECT_TRUE(
      IsProblem(Ask(Method::kPost, "/api/change/1", token_, "{}"), "unsupported-media-type"));
  Headers headers = token_;
  headers.emplace_back("Content-Type", "Application/JSON ; charset=utf-8");
  EXPECT_EQ(Ask(Method::kPost, "/api/change/1", headers, "{}").status, 200);
}

TEST_F(ApplicationTest, DecodesThePathParameterOnce) {
  const Response response = Ask(Method::kPost, "/api/change/a%2525", token_);
  EXPECT_EQ(std::get<std::string>(response.body), "a%25");
}

TEST_F(ApplicationTest, AnswersAPreflightForAllowedOriginsOnly) {
  const Response allowed =
      Ask(Method::kOptions, "/api/change/1", {{"Origin", "http://page.example"}});
  EXPECT_EQ(allowed.status, 204);
  EXPECT_EQ(allowed.FindHeader("Access-Control-Allow-Methods"), "GET, HEAD, POST, DELETE");
  EXPECT_EQ(allowed.FindHeader("Access-Control-Allow-Headers"),
            "content-type, authorization, if-none-match");
  const Response other =
      Ask(Method::kOptions, "/api/change/1", {{"Origin", "http://evil.example"}});
  EXPECT_EQ(other.FindHeader("Access-Control-Allow-Methods"), std::nullopt);
}

TEST(TimingLineTest, NamesTheOriginsThatMaySeeTheTiming) {
  EXPECT_EQ(
      TimingLine(AccessPolicy(AccessRules{
          .hosts = {}, .origins = {"http://a.example", "https://b.example:8443"}, .token = {}})),
      "Timing-Allow-Origin: http://a.example, https://b.example:8443\r\n");
  EXPECT_EQ(TimingLine(AccessPolicy(AccessRules{})), "");
}

}  // namespace
}  // namespace image_cache
