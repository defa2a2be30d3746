#include "native-server/api/problem.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace image_cache {
namespace {

nlohmann::json BodyOf(const Response& response) {
  return nlohmann::json::parse(std::get<std::string>(response.body));
}

TEST(ProblemTest, HasTheFormOfRfc9457) {
  const Response response = ToProblem(Error<PathError>{PathError::kInvalid, "not \"ours\"\xff"});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.FindHeader("Content-Type"), "application/problem+json");
  const nlohmann::json body = BodyOf(response);
  EXPECT_EQ(body["type"], "/problems/invalid-path");
  EXPECT_EQ(body["status"], 400);
  EXPECT_FALSE(body["title"].get<std::string>().empty());
  EXPECT_EQ(body["detail"], "not \"ours\"\xef\xbf\xbd");
}

struct Case {
  Response response;
  int status;
  std::string slug;
};

TEST(ProblemTest, GivesEveryErrorItsStatusAndType) {
  const Case cases[] = {
      {ToProblem(Error<StoreError>{StoreError::kNotFound, ""}), 404, "not-cached"},
      {ToProblem(Error<StoreError>{StoreError::kFull, ""}), 507, "storage-full"},
      {ToProblem(Error<StoreError>{StoreError::kIo, ""}), 500, "storage-failed"},
      {ToProblem(Error<UrlError>{UrlError::kTooLong, ""}), 414, "url-too-long"},
      {ToProblem(Error<UrlError>{UrlError::kHasCredentials, ""}), 400, "invalid-url"},
      {ToProblem(Error<QueryError>{QueryError::kRepeated, ""}), 400, "invalid-request"},
      {ToProblem(Error<RequestError>{RequestError::kNotJson, ""}), 400, "invalid-json"},
      {ToProblem(Error<RequestError>{RequestError::kInvalid, ""}), 400, "invalid-request"},
      {ToProblem(Error<RequestError>{RequestError::kInvalidActorId, ""}), 400, "invalid-actor-id"},
      {ToProblem(Error<RequestError>{RequestError::kTooManyImages, ""}), 413, "too-many-images"},
      {ToProblem(Error<FetchError>{FetchError::kOriginTimeout, ""}), 504, "origin-timeout"},
      {ToProblem(Error<FetchError>{FetchError::kNoSpace, ""}), 507, "storage-full"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(c.response.status, c.status) << c.slug;
    EXPECT_EQ(BodyOf(c.response)["type"], "/problems/" + c.slug);
  }
}

TEST(ProblemTest, DoesNotShowWhatTheDiskSaid) {
  const Response response =
      ToProblem(Error<StoreError>{StoreError::kIo, "cannot write /home/someone/cache"});
  EXPECT_EQ(std::get<std::string>(response.body).find("/home"), std::string::npos);
}

TEST(ProblemTest, GivesEveryFetchErrorASlugOfItsOwn) {
  std::set<std::string_view> slugs;
  for (int code = 0; code <= static_cast<int>(FetchError::kCancelled); ++code) {
    slugs.insert(TypeOf(static_cast<FetchError>(code)).slug);
  }
  EXPECT_EQ(slugs.size(), static_cast<std::size_t>(FetchError::kCancelled) + 1);
}

}  // namespace
}  // namespace image_cache
