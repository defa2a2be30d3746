// What goes over the wire: the URL as it was given, signed or not, and to allowed addresses only.
#include "tests/native-server/origin/downloader_fixture.h"

namespace image_cache {
namespace {

using Connection = FakeOrigin::Connection;
using Request = FakeOrigin::Request;

class DownloaderRequestTest : public DownloaderFixture {
 protected:
  void SetUp() override {
    BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, "x"); });
    credentials_.keys = Credentials{"AKIDEXAMPLE", "secret", ""};
  }
  Request GetAndSeeRequest(const std::string& url) {
    ExpectWhole(Get(url), "x");
    const auto requests = origin_->Requests();
    return requests.empty() ? Request{} : requests.back();
  }
};

TEST_F(DownloaderRequestTest, TargetsAreSentToTheLetter) {
  BeginDownloader();
  for (const std::string target :
       {"/b/plain.jpg", "/b/a%20b+c%2Bd%C3%A9%25.jpg", "/b/%e9%2f(1)'!*.jpg", "/b/../c/./d//e.jpg",
        "/b/k?b=2&a=1&X-Amz-Signature=ABC%2f&x", "/b/k?", "/b/%7Euser~"}) {
    EXPECT_EQ(GetAndSeeRequest(origin_->Url(target)).Target(), target);
  }
}

TEST_F(DownloaderRequestTest, WhatCannotStandInARequestIsEscapedAndFragmentsStayHere) {
  BeginDownloader();
  EXPECT_EQ(GetAndSeeRequest(origin_->Url("/b/a b\xc3\xa9.jpg")).Target(), "/b/a%20b%C3%A9.jpg");
  EXPECT_EQ(GetAndSeeRequest(origin_->Url("/b/k.jpg#top")).Target(), "/b/k.jpg");
}

TEST_F(DownloaderRequestTest, AsksForNoEncodingAndNamesItself) {
  BeginDownloader();
  const Request request = GetAndSeeRequest(origin_->Url("/b/k.jpg"));
  EXPECT_EQ(request.Header("Accept-Encoding"), "");
  EXPECT_EQ(request.Header("User-Agent"), "image-cache/" IMAGE_CACHE_VERSION);
  EXPECT_EQ(request.Header("Host"), "127.0.0.1:" + std::to_string(origin_->Port()));
}

TEST_F(DownloaderRequestTest, AnUnsignedUrlOnTheEndpointIsSigned) {
  credentials_.keys->session_token = "token";
  BeginDownloader({}, {}, OriginAsEndpoint());
  const Request request = GetAndSeeRequest(origin_->Url("/bucket/a.jpg"));
  EXPECT_TRUE(
      request.Header("Authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
  EXPECT_NE(request.Header("Authorization").find("/eu-west-1/s3/aws4_request"), std::string::npos);
  EXPECT_NE(request.Header("Authorization")
                .find("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token"),
            std::string::npos);
  EXPECT_EQ(request.Header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(request.Header("x-amz-security-token"), "token");
  EXPECT_EQ(request.Header("Host"), "127.0.0.1:" + std::to_string(origin_->Port()));
}

TEST_F(DownloaderRequestTest, AnS3UrlGoesToTheEndpoint) {
  BeginDownloader({}, {}, OriginAsEndpoint());
  const Request request = GetAndSeeRequest("s3://bucket/0001/a%20b.jpg");
  EXPECT_EQ(request.Target(), "/bucket/0001/a%20b.jpg");
  EXPECT_NE(request.Header("Authorization"), "");
}

TEST_F(DownloaderRequestTest, APresignedUrlCarriesItsOwnSignatureOnly) {
  BeginDownloader({}, {}, OriginAsEndpoint());
  const std::string target = "/bucket/a.jpg?X-Amz-Credential=k&X-Amz-Signature=abc";
  const Request request = GetAndSeeRequest(origin_->Url(target));
  EXPECT_EQ(request.Target(), target);
  EXPECT_EQ(request.Header("Authorization"), "");
  EXPECT_EQ(request.Header("x-amz-content-sha256"), "");
}

TEST_F(DownloaderRequestTest, AnOriginThatIsNotS3SeesNoCredentials) {
  BeginDownloader();  // the origin is allowed, but it is not the endpoint
  const Request request = GetAndSeeRequest(origin_->Url("/bucket/a.jpg"));
  EXPECT_EQ(request.Header("Authorization"), "");
  EXPECT_EQ(request.head.find("AKIDEXAMPLE"), std::string::npos);
}

TEST_F(DownloaderRequestTest, WithoutCredentialsNothingIsSigned) {
  credentials_.keys.reset();
  BeginDownloader({}, {}, OriginAsEndpoint());
  EXPECT_EQ(GetAndSeeRequest(origin_->Url("/bucket/a.jpg")).Header("Authorization"), "");
}

TEST_F(DownloaderRequestTest, AnOriginThatIsNotAllowedIsNotAsked) {
  BeginDownloader({}, "https://cdn.example.com");
  ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kNotAllowed);
  ExpectFailed(Get("https://169.254.169.254/latest/meta-data"), OriginError::kNotAllowed);
  EXPECT_EQ(origin_->Connections(), 0u);
  EXPECT_EQ(downloader_->Stats().started, 0u);
}

TEST_F(DownloaderRequestTest, AnAllowedNameThatLeadsToAPrivateAddressIsNotConnectedTo) {
  // libcurl resolves *.localhost to the loopback addresses by itself (RFC 6761 §6.3).
  const std::string port = std::to_string(origin_->Port());
  BeginDownloader({}, "http://*.localhost:" + port);
  const auto seen = Get("http://rebound.localhost:" + port + "/b/k");
  ExpectFailed(seen, OriginError::kNotAllowed);
  EXPECT_EQ(origin_->Connections(), 0u);
}

TEST_F(DownloaderRequestTest, TheSameNameIsConnectedToWhenTheOperatorNamedIt) {
  const std::string port = std::to_string(origin_->Port());
  BeginDownloader({}, "http://named.localhost:" + port);
  ExpectWhole(Get("http://named.localhost:" + port + "/b/k"), "x");
}

TEST_F(DownloaderRequestTest, ABucketBeforeTheEndpointsNameIsConnectedTo) {
  const std::string port = std::to_string(origin_->Port());
  BeginDownloader({}, {}, {.endpoint = ParseS3Endpoint("http://localhost:" + port).value()});
  ExpectWhole(Get("http://bucket.localhost:" + port + "/k"), "x");
  EXPECT_NE(origin_->Requests().back().Header("Authorization"), "");
}

TEST_F(DownloaderRequestTest, ABadUrlIsInvalid) {
  BeginDownloader();
  for (const char* url : {"", "nonsense", "ftp://x/y", "http://", "s3://bucket", "http://h/%zz"}) {
    ExpectFailed(Get(url), OriginError::kInvalidUrl);
  }
}

}  // namespace
}  // namespace image_cache
