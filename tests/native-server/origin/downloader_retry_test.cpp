// What a sink never hears of: attempts that failed, and transfers that broke and were gone on with.
#include <atomic>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/origin/downloader_fixture.h"

namespace image_cache {
namespace {

using Connection = FakeOrigin::Connection;
using Request = FakeOrigin::Request;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kBody = "0123456789";

class DownloaderRetryTest : public DownloaderFixture {
 protected:
  DownloaderRetryTest() {
    retry_ = {.first_delay = milliseconds(1), .demand_first_delay = milliseconds(1)};
  }
  // The n-th request gets the n-th answer, and all after the last get that.
  using Answer = std::function<void(Connection&, const Request&)>;
  void BeginOriginWith(std::vector<Answer> answers) {
    BeginOrigin([this, answers](Connection& connection, const Request& request) {
      const std::size_t n = std::min<std::size_t>(requests_++, answers.size() - 1);
      answers[n](connection, request);
    });
  }
  static Answer Status(int status, const std::string& headers = {}) {
    return [=](Connection& connection, const Request&) { connection.Answer(status, "", headers); };
  }
  static Answer Whole(const std::string& headers = {}) {
    return [=](Connection& connection, const Request&) { connection.Answer(200, kBody, headers); };
  }
  static Answer Half(const std::string& headers = "ETag: \"a\"\r\n") {
    return [=](Connection& connection, const Request&) {
      connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n" + headers + "\r\n01234");
      connection.Close();
    };
  }
  static Answer Rest(const std::string& range = "bytes 5-9/10", const std::string& body = "56789") {
    return [=](Connection& connection, const Request&) {
      connection.Answer(206, body, "ETag: \"a\"\r\nContent-Range: " + range + "\r\n");
    };
  }
  static Answer Close() {
    return [](Connection& connection, const Request&) { connection.Close(); };
  }
  std::size_t Requests() const { return origin_->Requests().size(); }

  std::atomic<std::size_t> requests_{0};
};

TEST_F(DownloaderRetryTest, APassingFailureIsNotHeardOf) {
  for (const Answer& failure : {Status(500), Status(503), Status(429), Status(408), Close()}) {
    requests_ = 0;
    BeginOriginWith({failure, failure, Whole()});
    BeginDownloader();
    ExpectWhole(Get(origin_->Url("/b/k")), kBody);
    EXPECT_EQ(Requests(), 3u);
    const DownloaderStats stats = downloader_->Stats();
    EXPECT_EQ(stats.started, 1u);
    EXPECT_EQ(stats.succeeded, 1u);
    EXPECT_EQ(stats.failed, 0u);
    EXPECT_EQ(stats.retries, 2u);
    EXPECT_EQ(stats.resumes, 0u);
    downloader_.reset();
  }
}

TEST_F(DownloaderRetryTest, AfterTheLastAttemptItsFailureIsTheDownloads) {
  BeginOriginWith({Status(500), Status(500), Status(503)});
  BeginDownloader();
  const auto seen = Get(origin_->Url("/b/k"));
  ExpectFailed(seen, OriginError::kUnavailable);
  EXPECT_EQ(seen.result->error().detail, "the origin 127.0.0.1 answered 503");
  EXPECT_EQ(Requests(), 3u);
}

TEST_F(DownloaderRetryTest, ADemandIsTriedTwice) {
  BeginOriginWith({Status(500)});
  BeginDownloader();
  const Started demand = Start(origin_->Url("/b/k"), Urgency::kDemand);
  ExpectFailed(demand.recording->Wait(), OriginError::kUnavailable);
  EXPECT_EQ(Requests(), 2u);
}

TEST_F(DownloaderRetryTest, AFailureThatStaysIsNotRetried) {
  for (const int status : {400, 401, 403, 404, 410, 302, 416}) {
    BeginOriginWith({Status(status)});
    BeginDownloader();
    EXPECT_FALSE(Get(origin_->Url("/b/k")).result->has_value());
    EXPECT_EQ(Requests(), 1u) << status;
    downloader_.reset();
  }
}

TEST_F(DownloaderRetryTest, WhatTheSinkRefusesIsNotAskedForAgain) {
  BeginOriginWith({Whole()});
  BeginDownloader();
  ExpectFailed(Get(origin_->Url("/b/k"), {.accept_head = false}), OriginError::kRejectedBody);
  EXPECT_EQ(Requests(), 1u);
}

TEST_F(DownloaderRetryTest, RetryAfterIsHonoured) {
  // Neither of the two waits: one origin wants to be left alone for longer than a download waits,
  // as seconds or as a date; a retry that did not heed that would bring the picture.
  for (const std::string after : {"3600", "Fri, 31 Dec 2100 23:59:59 GMT"}) {
    requests_ = 0;
    BeginOriginWith({Status(503, "Retry-After: " + after + "\r\n"), Whole()});
    BeginDownloader();
    ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kUnavailable);
    EXPECT_EQ(Requests(), 1u);
    downloader_.reset();
  }
  requests_ = 0;
  BeginOriginWith({Status(429, "Retry-After: 1\r\n"), Whole()});
  BeginDownloader();
  const auto began = std::chrono::steady_clock::now();
  ExpectWhole(Get(origin_->Url("/b/k")), kBody);
  EXPECT_GE(std::chrono::steady_clock::now() - began, seconds(1));
}

TEST_F(DownloaderRetryTest, WhileOneWaitsForItsRetryOthersRun) {
  retry_.first_delay = retry_.max_delay = std::chrono::hours(1);
  BeginOrigin([](Connection& connection, const Request& request) {
    connection.Answer(request.Target() == "/fails" ? 500 : 200, "x");
  });
  BeginDownloader({.max_parallel = 1, .total_timeout = std::chrono::hours(5)});
  const Started waits = Start(origin_->Url("/fails"), Urgency::kHigh);
  ExpectWhole(Get(origin_->Url("/works")), "x");
  const DownloaderStats stats = downloader_->Stats();
  EXPECT_EQ(stats.waiting_for_retry, 1u);
  EXPECT_EQ(stats.running, 0u);
  downloader_->Cancel(waits.id);
  ExpectFailed(waits.recording->Wait(), OriginError::kCancelled);
  EXPECT_EQ(downloader_->Stats().failed, 1u);
}

TEST_F(DownloaderRetryTest, TheEndOfTheDownloaderCancelsWhatWaitsForARetry) {
  retry_.first_delay = retry_.max_delay = std::chrono::hours(1);
  BeginOriginWith({Status(500)});
  BeginDownloader({.total_timeout = std::chrono::hours(5)});
  const Started waits = Start(origin_->Url("/b/k"));
  ASSERT_TRUE(Eventually([&] { return downloader_->Stats().waiting_for_retry != 0; }));
  downloader_.reset();
  ExpectFailed(waits.recording->Wait(), OriginError::kCancelled);
}

TEST_F(DownloaderRetryTest, ABrokenTransferIsGoneOnWith) {
  BeginOriginWith({Half(), Rest()});
  BeginDownloader();
  ExpectWhole(Get(origin_->Url("/b/k")), kBody);
  const Request second = origin_->Requests().at(1);
  EXPECT_EQ(second.Header("Range"), "bytes=5-");
  EXPECT_EQ(second.Header("If-Match"), "\"a\"");
  EXPECT_EQ(downloader_->Stats().resumes, 1u);
  EXPECT_EQ(downloader_->Stats().bytes, 10u);
}

TEST_F(DownloaderRetryTest, EvenInSeveralPartsAndPastAFailure) {
  const Answer two_more = [](Connection& connection, const Request&) {
    connection.Send(
        "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n"
        "Content-Range: bytes 5-9/10\r\n\r\n56");
    connection.Close();
  };
  retry_.max_attempts = 4;
  BeginOriginWith({Half(), Status(503), two_more, Rest("bytes 7-9/10", "789")});
  BeginDownloader();
  ExpectWhole(Get(origin_->Url("/b/k")), kBody);
  EXPECT_EQ(origin_->Requests().at(3).Header("Range"), "bytes=7-");
}

TEST_F(DownloaderRetryTest, BytesOfAnotherObjectAreNeverAdded) {
  const std::vector<std::pair<const char*, Answer>> others = {
      {"the whole", Whole("ETag: \"a\"\r\n")},
      {"another", Whole("ETag: \"b\"\r\n")},
      {"changed", Status(412)},
      {"shorter", Status(416)},
      {"other length", Rest("bytes 5-9/11")},
      {"other offset", Rest("bytes 4-8/10")},
      {"two ranges", Rest("bytes 0-4/10\r\nContent-Range: bytes 5-9/10")},
      {"two versions", Rest("bytes 5-9/10\r\nETag: \"b\"")},
      {"no range", [](Connection& c, const Request&) { c.Answer(206, "56789"); }},
      {"more than the rest",
       [](Connection& c, const Request&) {
         c.Send(
             "HTTP/1.1 206 OK\r\nContent-Range: bytes 5-9/10\r\nTransfer-Encoding: chunked\r\n"
             "\r\n7\r\n56789ab\r\n0\r\n\r\n");
       }},
  };
  for (const auto& [name, other] : others) {
    SCOPED_TRACE(name);
    requests_ = 0;
    BeginOriginWith({Half(), other, Rest()});
    BeginDownloader();
    const auto seen = Get(origin_->Url("/b/k"));
    ExpectFailed(seen, OriginError::kTruncated);
    EXPECT_EQ(seen.body, "01234");
    EXPECT_EQ(Requests(), 2u);
    downloader_.reset();
  }
}

TEST_F(DownloaderRetryTest, ARestThatEndsEarlyIsNotTheWhole) {
  const Answer early = [](Connection& connection, const Request&) {
    connection.Send(
        "HTTP/1.1 206 OK\r\nContent-Range: bytes 5-9/10\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\n56\r\n0\r\n\r\n");
  };
  BeginOriginWith({Half(), early, Rest("bytes 7-9/10", "789")});
  BeginDownloader();
  ExpectWhole(Get(origin_->Url("/b/k")), kBody);
}

TEST_F(DownloaderRetryTest, WithoutAStrongEtagABrokenTransferIsTruncated) {
  for (const std::string headers :
       {"", "ETag: W/\"a\"\r\n", "ETag: \"a\"\r\nAccept-Ranges: none\r\n"}) {
    requests_ = 0;
    BeginOriginWith({Half(headers), Rest()});
    BeginDownloader();
    ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kTruncated);
    EXPECT_EQ(Requests(), 1u) << headers;
    downloader_.reset();
  }
}

TEST_F(DownloaderRetryTest, AHostThatAsksForLessGetsLess) {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  BeginOrigin([&](Connection& connection, const Request& request) {
    if (request.Target() == "/slow-down") return connection.Answer(503, "");
    const int mine = ++now;
    for (int seen = most; mine > seen && !most.compare_exchange_weak(seen, mine);) {
    }
    if (mine == 4) gate_.Open();
    gate_.Wait();  // so that four do run side by side
    --now;
    connection.Answer(200, "x");
  });
  retry_.max_attempts = 1;
  BeginDownloader({.max_parallel = 8});
  ExpectFailed(Get(origin_->Url("/slow-down")), OriginError::kUnavailable);
  EXPECT_EQ(downloader_->Stats().slow_downs, 1u);
  std::vector<Started> all;
  for (int i = 0; i < 12; ++i) all.push_back(Start(origin_->Url("/" + std::to_string(i))));
  for (const Started& one : all) ExpectWhole(one.recording->Wait(), "x");
  EXPECT_GE(most, 4);
  EXPECT_LE(most, 5);  // it grows again, by one at a time
}

}  // namespace
}  // namespace image_cache
