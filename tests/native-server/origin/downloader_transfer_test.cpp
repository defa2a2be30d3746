// What one download does with what an origin sends, says or keeps to itself.
#include <cstdlib>

#include "tests/native-server/origin/downloader_fixture.h"
#include "tests/native-server/origin/full_listener.h"

namespace image_cache {
namespace {

using Connection = FakeOrigin::Connection;
using Request = FakeOrigin::Request;
using DownloaderTransferTest = DownloaderFixture;

TEST_F(DownloaderTransferTest, HandsOnHeadAndBytes) {
  const std::string body(1'000'000, 'x');
  BeginOrigin([&](Connection& connection, const Request&) {
    connection.Answer(200, body, "ETag: \"abc\"\r\nContent-Type: image/jpeg\r\n");
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k.jpg"));
  ExpectWhole(seen, body);
  EXPECT_EQ(seen.head.content_length, body.size());
  EXPECT_EQ(seen.head.etag, "\"abc\"");
  EXPECT_EQ(seen.head.content_type, "image/jpeg");
  const DownloaderStats stats = downloader_->Stats();
  EXPECT_EQ(stats.started, 1u);
  EXPECT_EQ(stats.succeeded, 1u);
  EXPECT_EQ(stats.failed, 0u);
  EXPECT_EQ(stats.bytes, body.size());
  EXPECT_EQ(stats.running, 0u);
}

TEST_F(DownloaderTransferTest, ReadsChunkedAnswersWithoutALength) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.Send("3\r\nabc\r\n4\r\ndefg\r\n0\r\nETag: \"late\"\r\n\r\n");
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectWhole(seen, "abcdefg");
  EXPECT_FALSE(seen.head.content_length.has_value());
  EXPECT_EQ(seen.head.etag, "");
}

TEST_F(DownloaderTransferTest, GivesTheHeadOfAnEmptyAnswer) {
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, ""); });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectWhole(seen, "");
  EXPECT_EQ(seen.head.content_length, 0u);
}

TEST_F(DownloaderTransferTest, TheHeadIsTheFinalAnswersAndOfThisDownload) {
  BeginOrigin([](Connection& connection, const Request& request) {
    connection.Send("HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n\r\n");
    const bool first = request.Target() == "/b/1";
    connection.Answer(200, "x", first ? "ETag: \"final\"\r\nETag: \"last\"\r\n" : "");
  });
  BeginDownloader({.max_parallel = 1});
  EXPECT_EQ(Get(origin_->Url("/b/1")).head.etag, "\"last\"");
  EXPECT_EQ(Get(origin_->Url("/b/2")).head.etag, "");
}

TEST_F(DownloaderTransferTest, LeavesOutHeadersThatAreNoPlainText) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Answer(200, "x",
                      "ETag: \"\xff\xfe\"\r\nContent-Type: " + std::string(2000, 'a') + "\r\n");
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectWhole(seen, "x");
  EXPECT_EQ(seen.head.etag, "");
  EXPECT_EQ(seen.head.content_type, "");
}

TEST_F(DownloaderTransferTest, ABodyThatEndsEarlyIsTruncated) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    connection.Close();
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectFailed(seen, OriginError::kTruncated);
  EXPECT_EQ(seen.body, "12345");
}

TEST_F(DownloaderTransferTest, AChunkedBodyWithoutItsEndIsTruncated) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n");
    connection.Close();
  });
  BeginDownloader();
  ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kTruncated);
}

TEST_F(DownloaderTransferTest, BytesBeyondTheAnnouncedLengthAreNotRead) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n12345");
  });
  BeginDownloader();
  ExpectWhole(Get(origin_->Url("/b/k")), "123");
}

TEST_F(DownloaderTransferTest, AResetHalfWayIsTruncated) {
  BeginOrigin([&](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    gate_.Wait();
    connection.Reset();
  });
  BeginDownloader();
  const auto download = Start(origin_->Url("/b/k"));
  ASSERT_TRUE(download.recording->WaitForBytes(5));
  gate_.Open();
  ExpectFailed(download.recording->Wait(), OriginError::kTruncated);
}

TEST_F(DownloaderTransferTest, AConnectionClosedWithoutAnAnswerIsUnavailable) {
  BeginOrigin([](Connection& connection, const Request&) { connection.Close(); });
  BeginDownloader();
  ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kUnavailable);
}

TEST_F(DownloaderTransferTest, ARefusedConnectionIsUnavailable) {
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, "x"); });
  const std::string url = origin_->Url("/b/k");
  BeginDownloader();
  origin_.reset();
  ExpectFailed(Get(url), OriginError::kUnavailable);
}

TEST_F(DownloaderTransferTest, WhatIsNotHttpIsUnexpected) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("SSH-2.0-OpenSSH_9.2\r\n");
    connection.Close();
  });
  BeginDownloader();
  ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kUnexpected);
}

TEST_F(DownloaderTransferTest, AHeadWithoutEndIsCutOff) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\n");
    const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    while (connection.IsOpen()) connection.Send(line);
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectFailed(seen, OriginError::kUnexpected);
  EXPECT_EQ(seen.heads, 0);
}

TEST_F(DownloaderTransferTest, NoFirstByteIsATimeout) {
  BeginOrigin([](Connection& connection, const Request&) { connection.WaitForPeerToLeave(); });
  BeginDownloader({.low_speed_time = std::chrono::seconds(1)});
  ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kTimeout);
}

TEST_F(DownloaderTransferTest, AStallHalfWayIsATimeout) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    connection.WaitForPeerToLeave();
  });
  BeginDownloader({.low_speed_time = std::chrono::seconds(1)});
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectFailed(seen, OriginError::kTimeout);
  EXPECT_EQ(seen.body, "12345");
}

TEST_F(DownloaderTransferTest, TheWholeDownloadHasALimitToo) {
  BeginOrigin([](Connection& connection, const Request&) { connection.WaitForPeerToLeave(); });
  BeginDownloader({.low_speed_bytes = 0, .total_timeout = std::chrono::seconds(1)});
  ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kTimeout);
}

TEST_F(DownloaderTransferTest, NoConnectionInTimeIsATimeout) {
  const FullListener listener;
  BeginDownloader({.connect_timeout = std::chrono::milliseconds(100)}, listener.Origin());
  ExpectFailed(Get(listener.Origin() + "/b/k"), OriginError::kTimeout);
}

TEST_F(DownloaderTransferTest, RedirectsAreNotFollowed) {
  BeginOrigin([&](Connection& connection, const Request&) {
    connection.Answer(302, "", "Location: " + origin_->Url("/elsewhere") + "\r\n");
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectFailed(seen, OriginError::kUnexpected);
  EXPECT_EQ(seen.heads, 0);
  EXPECT_EQ(origin_->Requests().size(), 1u);
}

TEST_F(DownloaderTransferTest, AnErrorGivesItsS3CodeAndNoHead) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Answer(403, "<Error><Code>AccessDenied</Code><RequestId>secret</RequestId></Error>");
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k?X-Amz-Signature=0123456789abcdef"));
  ExpectFailed(seen, OriginError::kDenied);
  EXPECT_EQ(seen.heads, 0);
  EXPECT_EQ(seen.body, "");
  EXPECT_EQ(seen.result->error().detail, "the origin 127.0.0.1 answered 403 AccessDenied");
}

TEST_F(DownloaderTransferTest, AnEndlessErrorBodyIsReadNoFurther) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.IsOpen()) connection.Send("400\r\n" + std::string(1024, 'x') + "\r\n");
  });
  BeginDownloader();
  ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kNotFound);
}

TEST_F(DownloaderTransferTest, AStatusOtherThan200IsNoPicture) {
  for (const int status : {201, 204, 206, 304}) {
    BeginOrigin([&](Connection& connection, const Request&) {
      connection.Send("HTTP/1.1 " + std::to_string(status) + " Odd\r\nContent-Length: 0\r\n\r\n");
    });
    BeginDownloader();
    const auto seen = Get(origin_->Url("/b/k"));
    ExpectFailed(seen, OriginError::kUnexpected);
    EXPECT_EQ(seen.heads, 0) << status;
    downloader_.reset();
  }
}

TEST_F(DownloaderTransferTest, ASinkThatRefusesTheHeadGetsNoBytes) {
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, "html"); });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"), {.accept_head = false});
  ExpectFailed(seen, OriginError::kRejectedBody);
  EXPECT_EQ(seen.body, "");
}

TEST_F(DownloaderTransferTest, ASinkThatRefusesBytesEndsTheDownload) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    const std::string part(100'000, 'x');
    while (connection.IsOpen()) connection.Send(part);
  });
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"), {.refuse_after_bytes = 500'000});
  ExpectFailed(seen, OriginError::kRejectedBody);
  EXPECT_LT(seen.body.size(), 1'000'000u);
}

class ThrowingSink final : public DownloadSink {
 public:
  explicit ThrowingSink(std::shared_ptr<Recording> recording) : recording_(std::move(recording)) {}
  bool OnHead(const OriginHead&) override { throw std::runtime_error("no head for me"); }
  bool OnBytes(std::span<const char>) override { return true; }
  void OnDone(Result<void, OriginError> result) override {
    recording_->Note([&](Recording::Seen& seen) {
      ++seen.dones;
      seen.result = std::move(result);
    });
    throw std::runtime_error("no end for me");
  }

 private:
  const std::shared_ptr<Recording> recording_;
};

TEST_F(DownloaderTransferTest, AnObjectThatStillHasTheKnownEtagIsNotModified) {
  BeginOrigin([](Connection& connection, const Request& request) {
    connection.Answer(request.Header("If-None-Match") == "\"one\"" ? 304 : 200, "");
  });
  BeginDownloader();
  auto recording = std::make_shared<Recording>();
  downloader_->Start({.url = origin_->Url("/b/1"), .if_none_match = "\"one\""},
                     std::make_unique<RecordingSink>(recording, RecordingSink::Manner{}));
  ExpectFailed(recording->Wait(), OriginError::kNotModified);
}

TEST_F(DownloaderTransferTest, ASinkThatThrowsHarmsItsOwnDownloadOnly) {
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, "x"); });
  BeginDownloader();
  auto recording = std::make_shared<Recording>();
  downloader_->Start({.url = origin_->Url("/b/1")}, std::make_unique<ThrowingSink>(recording));
  ExpectFailed(recording->Wait(), OriginError::kRejectedBody);
  ExpectWhole(Get(origin_->Url("/b/2")), "x");
}

TEST_F(DownloaderTransferTest, TheProxyOfTheEnvironmentIsNotUsed) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, "x"); });
  BeginDownloader();
  ExpectWhole(Get(origin_->Url("/b/k")), "x");
  unsetenv("http_proxy");
}

}  // namespace
}  // namespace image_cache
