#include "native-server/origin/listing/bucket_listing.h"

#include <future>

#include "tests/native-server/origin/downloader_fixture.h"

namespace image_cache {
namespace {

using Connection = FakeOrigin::Connection;
using Request = FakeOrigin::Request;

std::string Page(const std::vector<std::string>& keys, const std::string& next_token = {}) {
  std::string xml = "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>";
  xml += next_token.empty() ? "false" : "true";
  xml += "</IsTruncated><NextContinuationToken>" + next_token + "</NextContinuationToken>";
  for (const std::string& key : keys) {
    xml += "<Contents><Key>" + key + "</Key><ETag>\"e\"</ETag><Size>1</Size></Contents>";
  }
  return xml + "</ListBucketResult>";
}

class BucketListingTest : public DownloaderFixture {
 protected:
  struct Listed {
    std::vector<std::string> keys;
    std::size_t pages = 0;
    std::optional<Result<void, OriginError>> result;
  };
  Listed List(ListingOrder order, std::size_t pages_wanted = 1000) {
    Listed listed;
    std::promise<void> ended;
    ListObjects(
        *downloader_, std::move(order),
        [&](std::vector<ListedObject> objects) {
          for (ListedObject& object : objects) listed.keys.push_back(std::move(object.key));
          return ++listed.pages < pages_wanted;
        },
        [&](Result<void, OriginError> result) {
          listed.result = std::move(result);
          ended.set_value();
        });
    EXPECT_EQ(ended.get_future().wait_for(kPatience), std::future_status::ready);
    return listed;
  }
  std::vector<std::string> Targets() const {
    std::vector<std::string> targets;
    for (const Request& request : origin_->Requests()) targets.push_back(request.Target());
    return targets;
  }
};

TEST_F(BucketListingTest, FollowsTheTokensToTheLastPage) {
  BeginOrigin([](Connection& connection, const Request& request) {
    const bool second =
        request.Target().find("continuation-token=t%2F1%3D%3D") != std::string::npos;
    connection.Answer(200, second ? Page({"p/c"}) : Page({"p/a", "p/b+%26"}, "t/1=="));
  });
  BeginDownloader({}, {}, OriginAsEndpoint());
  const Listed listed = List({.bucket = "bucket", .prefix = "p/&x y"});
  EXPECT_TRUE(listed.result->has_value());
  EXPECT_EQ(listed.keys, (std::vector<std::string>{"p/a", "p/b &", "p/c"}));
  const std::string first =
      "/bucket?list-type=2&encoding-type=url&max-keys=1000&prefix=p%2F%26x%20y";
  EXPECT_EQ(Targets(),
            (std::vector<std::string>{first, first + "&continuation-token=t%2F1%3D%3D"}));
}

TEST_F(BucketListingTest, IsSignedAsDownloadsAre) {
  credentials_.keys = Credentials{"AKIDEXAMPLE", "secret", ""};
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, Page({})); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  EXPECT_TRUE(List({.bucket = "bucket"}).result->has_value());
  EXPECT_TRUE(origin_->Requests()[0].Header("Authorization").starts_with("AWS4-HMAC-SHA256 "));
}

TEST_F(BucketListingTest, EndsWhenEnoughWasSeen) {
  BeginOrigin(
      [](Connection& connection, const Request&) { connection.Answer(200, Page({"k"}, "t")); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  const Listed listed = List({.bucket = "bucket"}, 3);
  EXPECT_TRUE(listed.result->has_value());
  EXPECT_EQ(origin_->Requests().size(), 3u);
}

TEST_F(BucketListingTest, OneWithoutEndIsAnError) {
  BeginOrigin(
      [](Connection& connection, const Request&) { connection.Answer(200, Page({"k"}, "t")); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  const Listed listed = List({.bucket = "bucket", .max_pages = 4});
  ASSERT_FALSE(listed.result->has_value());
  EXPECT_EQ(listed.result->error().code, OriginError::kUnexpected);
  EXPECT_EQ(listed.pages, 4u);
}

TEST_F(BucketListingTest, APageThatBreaksOffIsAskedForAnew) {
  std::atomic<int> requests{0};
  BeginOrigin([&](Connection& connection, const Request&) {
    if (++requests > 1) return connection.Answer(200, Page({"k"}));
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<ListBucketResult>");
    connection.Close();
  });
  BeginDownloader({}, {}, OriginAsEndpoint());
  const Listed listed = List({.bucket = "bucket"});
  EXPECT_TRUE(listed.result->has_value());
  EXPECT_EQ(listed.keys, (std::vector<std::string>{"k"}));
}

TEST_F(BucketListingTest, WhatIsNoListingIsAnError) {
  BeginOrigin([](Connection& connection, const Request& request) {
    if (request.Target().starts_with("/denied")) {
      return connection.Answer(403, "<Error><Code>AccessDenied</Code></Error>");
    }
    if (request.Target().starts_with("/html")) return connection.Answer(200, "<html></html>");
    connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.IsOpen()) connection.Send("400\r\n" + std::string(1024, 'x') + "\r\n");
  });
  BeginDownloader({}, {}, OriginAsEndpoint());
  for (const auto& [bucket, error] : {std::pair{"denied", OriginError::kDenied},
                                      {"html", OriginError::kUnexpected},
                                      {"endless", OriginError::kUnexpected},
                                      {"no bucket's name", OriginError::kInvalidUrl}}) {
    const Listed listed = List({.bucket = bucket});
    ASSERT_FALSE(listed.result->has_value()) << bucket;
    EXPECT_EQ(listed.result->error().code, error) << bucket;
    EXPECT_EQ(listed.pages, 0u) << bucket;
  }
}

TEST_F(BucketListingTest, EndsWithTheDownloader) {
  BeginOrigin([](Connection& connection, const Request&) { connection.WaitForPeerToLeave(); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  std::promise<Result<void, OriginError>> ended;
  ListObjects(
      *downloader_, {.bucket = "bucket"}, [](const auto&) { return true; },
      [&](Result<void, OriginError> result) { ended.set_value(std::move(result)); });
  downloader_.reset();
  const auto result = ended.get_future().get();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, OriginError::kCancelled);
}

TEST(ListedObjectUrlTest, EscapesWhatAKeyMayHold) {
  EXPECT_EQ(ListedObjectUrl("b", "0001/a b+\xc3\xa9%?.jpg"),
            "s3://b/0001/a%20b%2B%C3%A9%25%3F.jpg");
}

}  // namespace
}  // namespace image_cache
