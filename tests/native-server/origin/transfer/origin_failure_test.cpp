#include "native-server/origin/transfer/origin_failure.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

std::string S3Error(const std::string& code) {
  return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>m</Message></Error>";
}

struct StatusCase {
  long status;
  const char* s3_code;  // empty: no body
  OriginError error;
};

class StatusTest : public testing::TestWithParam<StatusCase> {};

TEST_P(StatusTest, BecomesAnError) {
  const std::string code = GetParam().s3_code;
  const auto failure =
      FailureOfStatus(GetParam().status, code.empty() ? "" : S3Error(code), "host.example");
  EXPECT_EQ(failure.code, GetParam().error) << GetParam().status << " " << code;
  EXPECT_NE(failure.detail.find("host.example"), std::string::npos);
  EXPECT_NE(failure.detail.find(std::to_string(GetParam().status)), std::string::npos);
  EXPECT_NE(failure.detail.find(code), std::string::npos);
}

constexpr StatusCase kStatuses[] = {
    {400, "", OriginError::kUnexpected},
    {400, "InvalidArgument", OriginError::kUnexpected},
    {400, "ExpiredToken", OriginError::kDenied},
    {400, "InvalidToken", OriginError::kDenied},
    {400, "AuthorizationHeaderMalformed", OriginError::kDenied},
    {400, "AuthorizationQueryParametersError", OriginError::kDenied},
    {400, "RequestTimeout", OriginError::kTimeout},
    {401, "", OriginError::kDenied},
    {403, "", OriginError::kDenied},
    {403, "AccessDenied", OriginError::kDenied},
    {403, "SignatureDoesNotMatch", OriginError::kDenied},
    {403, "RequestTimeTooSkewed", OriginError::kDenied},
    {404, "NoSuchKey", OriginError::kNotFound},
    {404, "NoSuchBucket", OriginError::kNotFound},
    {410, "", OriginError::kNotFound},
    {405, "", OriginError::kUnexpected},
    {408, "", OriginError::kTimeout},
    {416, "", OriginError::kUnexpected},
    {429, "", OriginError::kUnavailable},
    {500, "InternalError", OriginError::kUnavailable},
    {502, "", OriginError::kUnavailable},
    {503, "SlowDown", OriginError::kUnavailable},
    {599, "", OriginError::kUnavailable},
    {600, "", OriginError::kUnexpected},
    {204, "", OriginError::kUnexpected},
    {206, "", OriginError::kUnexpected},
    {301, "PermanentRedirect", OriginError::kUnexpected},
    {302, "", OriginError::kUnexpected},
    {307, "TemporaryRedirect", OriginError::kUnavailable},
};
INSTANTIATE_TEST_SUITE_P(Statuses, StatusTest, testing::ValuesIn(kStatuses));

struct CurlCase {
  CURLcode code;
  OriginError before_head, after_head;
};

class CurlCodeTest : public testing::TestWithParam<CurlCase> {};

TEST_P(CurlCodeTest, BecomesAnError) {
  EXPECT_EQ(FailureOfTransfer(GetParam().code, false, "h").code, GetParam().before_head);
  EXPECT_EQ(FailureOfTransfer(GetParam().code, true, "h").code, GetParam().after_head);
}

constexpr CurlCase kCurlCodes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, OriginError::kUnavailable, OriginError::kUnavailable},
    {CURLE_COULDNT_CONNECT, OriginError::kUnavailable, OriginError::kUnavailable},
    {CURLE_SSL_CONNECT_ERROR, OriginError::kUnavailable, OriginError::kUnavailable},
    {CURLE_PEER_FAILED_VERIFICATION, OriginError::kUnavailable, OriginError::kUnavailable},
    {CURLE_OPERATION_TIMEDOUT, OriginError::kTimeout, OriginError::kTimeout},
    {CURLE_PARTIAL_FILE, OriginError::kTruncated, OriginError::kTruncated},
    {CURLE_RECV_ERROR, OriginError::kUnavailable, OriginError::kTruncated},
    {CURLE_HTTP2_STREAM, OriginError::kUnavailable, OriginError::kTruncated},
    {CURLE_GOT_NOTHING, OriginError::kUnavailable, OriginError::kTruncated},
    {CURLE_URL_MALFORMAT, OriginError::kInvalidUrl, OriginError::kInvalidUrl},
    {CURLE_UNSUPPORTED_PROTOCOL, OriginError::kUnexpected, OriginError::kUnexpected},
    {CURLE_BAD_FUNCTION_ARGUMENT, OriginError::kUnexpected, OriginError::kUnexpected},
};
INSTANTIATE_TEST_SUITE_P(Codes, CurlCodeTest, testing::ValuesIn(kCurlCodes));

TEST(OriginFailureTest, OnlyALikelyCodeOfS3IsRepeated) {
  EXPECT_EQ(S3ErrorCode(S3Error("NoSuchKey")), "NoSuchKey");
  EXPECT_EQ(S3ErrorCode(""), "");
  EXPECT_EQ(S3ErrorCode("<html>Not here</html>"), "");
  EXPECT_EQ(S3ErrorCode("<Error><Code>NoSuchKey"), "");  // cut off
  EXPECT_EQ(S3ErrorCode(S3Error("")), "");
  EXPECT_EQ(S3ErrorCode(S3Error("<b>No</b>")), "");
  EXPECT_EQ(S3ErrorCode(S3Error("line\nbreak")), "");
  EXPECT_EQ(S3ErrorCode(S3Error(std::string(65, 'x'))), "");
  EXPECT_EQ(S3ErrorCode(S3Error("XAmzContentSHA256Mismatch")), "XAmzContentSHA256Mismatch");
  EXPECT_EQ(S3ErrorCode(S3Error("AKIAIOSFODNN7EXAMPL012")), "");  // the request, repeated
}

TEST(OriginFailureTest, WhatMayPassByItselfIsTransient) {
  for (const auto error :
       {OriginError::kUnavailable, OriginError::kTimeout, OriginError::kTruncated}) {
    EXPECT_TRUE(IsTransient(error));
  }
  for (const auto error : {OriginError::kNotAllowed, OriginError::kInvalidUrl,
                           OriginError::kNotFound, OriginError::kDenied, OriginError::kRejectedBody,
                           OriginError::kUnexpected, OriginError::kCancelled}) {
    EXPECT_FALSE(IsTransient(error));
  }
}

}  // namespace
}  // namespace image_cache
