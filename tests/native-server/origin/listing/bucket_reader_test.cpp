#include "native-server/origin/listing/bucket_reader.h"

#include <future>

#include "tests/native-server/origin/downloader_fixture.h"

namespace image_cache {
namespace {

using Connection = FakeOrigin::Connection;
using Request = FakeOrigin::Request;

std::string Page(const std::vector<std::string>& keys, const std::string& next_token) {
  std::string xml = "<ListBucketResult><IsTruncated>";
  xml += next_token.empty() ? "false" : "true";
  xml += "</IsTruncated><NextContinuationToken>" + next_token + "</NextContinuationToken>";
  for (const std::string& key : keys) {
    xml += "<Contents><Key>" + key + "</Key><ETag>\"e\"</ETag><Size>1</Size></Contents>";
  }
  return xml + "</ListBucketResult>";
}

// A bucket whose pages are asked for by "1", "2", …: one object a page, and none in the second.
void AnswerPage(Connection& connection, const Request& request, int pages) {
  const std::size_t at = request.Target().find("continuation-token=");
  const int page =
      at == std::string::npos
          ? 0
          : std::stoi(request.Target().substr(at + std::size("continuation-token=") - 1));
  const std::string next = page + 1 < pages ? std::to_string(page + 1) : "";
  connection.Answer(
      200, Page(page == 1 ? std::vector<std::string>{} : std::vector{std::to_string(page)}, next));
}

class BucketReaderTest : public DownloaderFixture {};

TEST_F(BucketReaderTest, ReadsPageByPageToTheEnd) {
  BeginOrigin(
      [](Connection& connection, const Request& request) { AnswerPage(connection, request, 4); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  BucketReader reader(*downloader_, {.bucket = "bucket"});
  std::vector<std::string> keys;
  for (auto page = reader.Next(); page && !page->empty(); page = reader.Next()) {
    for (const ListedObject& object : *page) keys.push_back(object.key);
  }
  EXPECT_EQ(keys, (std::vector<std::string>{"0", "2", "3"}));
  const auto again = reader.Next();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty());
  EXPECT_EQ(origin_->Requests().size(), 4u);
}

TEST_F(BucketReaderTest, AsksForOnePageAhead) {
  BeginOrigin(
      [](Connection& connection, const Request& request) { AnswerPage(connection, request, 100); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  {
    BucketReader reader(*downloader_, {.bucket = "bucket"});
    ASSERT_TRUE(reader.Next());
  }
  downloader_.reset();  // ends what was under way
  EXPECT_LE(origin_->Requests().size(), 2u);
}

TEST_F(BucketReaderTest, OneWithoutEndIsAnError) {
  BeginOrigin(
      [](Connection& connection, const Request& request) { AnswerPage(connection, request, 100); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  BucketReader reader(*downloader_, {.bucket = "bucket", .max_pages = 3});
  ASSERT_TRUE(reader.Next());
  const auto last = reader.Next();
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, OriginError::kUnexpected);
}

TEST_F(BucketReaderTest, TellsWhyThereIsNoPage) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Answer(403, "<Error><Code>AccessDenied</Code></Error>");
  });
  BeginDownloader({}, {}, OriginAsEndpoint());
  BucketReader reader(*downloader_, {.bucket = "bucket"});
  const auto page = reader.Next();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, OriginError::kDenied);
}

TEST_F(BucketReaderTest, WhoWaitsIsToldThatItWasStopped) {
  BeginOrigin([](Connection& connection, const Request&) { connection.WaitForPeerToLeave(); });
  BeginDownloader({}, {}, OriginAsEndpoint());
  BucketReader reader(*downloader_, {.bucket = "bucket"});
  auto waiting = std::async(std::launch::async, [&reader] { return reader.Next(); });
  reader.Stop();
  const auto page = waiting.get();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, OriginError::kCancelled);
}

}  // namespace
}  // namespace image_cache
