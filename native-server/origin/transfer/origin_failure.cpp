#include "native-server/origin/transfer/origin_failure.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr std::size_t kMaxS3CodeLength = 64;
// As "XAmzContentSHA256Mismatch" has. An origin that repeats a signature or a token here, by fault
// or on purpose, is not repeated by us: those have more.
constexpr std::ptrdiff_t kMaxS3CodeDigits = 3;

struct S3CodeMeaning {
  std::string_view code;
  OriginError error;
  std::string_view advice;
};

// Codes that say more than their status. "Error responses", Amazon S3 API Reference.
constexpr S3CodeMeaning kS3Codes[] = {
    {"ExpiredToken", OriginError::kDenied, "the session token has expired"},
    {"InvalidToken", OriginError::kDenied, "the session token is not valid"},
    {"InvalidAccessKeyId", OriginError::kDenied, "the access key id is not known there"},
    {"SignatureDoesNotMatch", OriginError::kDenied, "check the secret access key"},
    {"RequestTimeTooSkewed", OriginError::kDenied, "this machine's clock is wrong"},
    {"AuthorizationHeaderMalformed", OriginError::kDenied, "check the region"},
    {"AuthorizationQueryParametersError", OriginError::kDenied, "the URL is not signed rightly"},
    {"PermanentRedirect", OriginError::kUnexpected, "the bucket is in another region"},
    {"TemporaryRedirect", OriginError::kUnavailable, "the bucket is being moved"},
    {"RequestTimeout", OriginError::kTimeout, ""},
    {"SlowDown", OriginError::kUnavailable, "too many requests"},
};

OriginError ErrorOfStatus(long status) {
  switch (status) {
    case 401:
    case 403:
      return OriginError::kDenied;
    case 404:
    case 410:
      return OriginError::kNotFound;
    case 408:
      return OriginError::kTimeout;
    case 429:
      return OriginError::kUnavailable;
    default:
      return status >= 500 && status <= 599 ? OriginError::kUnavailable : OriginError::kUnexpected;
  }
}

Error<OriginError> Describe(OriginError error, std::string_view host, std::string_view what) {
  std::string detail = "the origin ";
  detail.append(host).append(" ").append(what);
  return {error, std::move(detail)};
}

}  // namespace

bool IsTransient(OriginError error) {
  return error == OriginError::kUnavailable || error == OriginError::kTimeout ||
         error == OriginError::kTruncated;
}

std::string S3ErrorCode(std::string_view body) {
  constexpr std::string_view kOpen = "<Code>";
  const std::size_t open = body.find(kOpen);
  if (open == std::string_view::npos) return {};
  body.remove_prefix(open + kOpen.size());
  const std::string_view code = body.substr(0, body.find("</Code>"));
  if (code.empty() || code.size() > kMaxS3CodeLength || code.size() == body.size() ||
      !std::all_of(code.begin(), code.end(), IsAsciiAlnum) ||
      std::count_if(code.begin(), code.end(), IsAsciiDigit) > kMaxS3CodeDigits) {
    return {};
  }
  return std::string(code);
}

Error<OriginError> FailureOfStatus(long status, std::string_view body, std::string_view host) {
  const std::string code = S3ErrorCode(body);
  const auto* meaning =
      std::find_if(std::begin(kS3Codes), std::end(kS3Codes),
                   [&](const S3CodeMeaning& known) { return known.code == code; });
  const bool known = meaning != std::end(kS3Codes);
  std::string what = "answered " + std::to_string(status);
  if (!code.empty()) what += " " + code;
  if (known && !meaning->advice.empty()) what.append(" (").append(meaning->advice).append(")");
  if (!known && status >= 300 && status <= 399) what += " (redirects are not followed)";
  return Describe(known ? meaning->error : ErrorOfStatus(status), host, what);
}

bool MayPass(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_OUT_OF_MEMORY:
      return false;
    default:
      return true;
  }
}

Error<OriginError> FailureOfTransfer(CURLcode code, bool head_received, std::string_view host) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return {OriginError::kInvalidUrl, "the URL is not one that can be fetched"};
    case CURLE_COULDNT_RESOLVE_HOST:
      return Describe(OriginError::kUnavailable, host, "could not be resolved");
    case CURLE_COULDNT_CONNECT:
      return Describe(OriginError::kUnavailable, host, "refused the connection");
    case CURLE_OPERATION_TIMEDOUT:
      return Describe(OriginError::kTimeout, host,
                      head_received ? "sent the picture too slowly" : "did not answer in time");
    case CURLE_PARTIAL_FILE:
      return Describe(OriginError::kTruncated, host, "ended before the announced length");
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return head_received
                 ? Describe(OriginError::kTruncated, host, "broke the connection off half way")
                 : Describe(OriginError::kUnavailable, host, "closed the connection");
    case CURLE_SSL_CONNECT_ERROR:
      return Describe(OriginError::kUnavailable, host, "could not agree on a secure connection");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return Describe(OriginError::kUnavailable, host, "showed a certificate that is not trusted");
    case CURLE_SSL_CACERT_BADFILE:
      return {OriginError::kUnavailable,
              "no certificate authorities are installed on this machine"};
    case CURLE_OUT_OF_MEMORY:
      return {OriginError::kUnavailable, "this machine is out of memory"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return Describe(OriginError::kUnexpected, host, "did not answer in HTTP");
    default:
      return Describe(OriginError::kUnexpected, host, "could not be fetched from");
  }
}

}  // namespace image_cache
