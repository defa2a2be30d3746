#include "native-server/http/message/request_parser.h"

#include <boost/beast/http/error.hpp>

#include "native-server/http/message/request_rules.h"
#include "shared/ascii.h"

namespace image_cache {
namespace {

namespace http = boost::beast::http;

Method ToMethod(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::delete_:
      return Method::kDelete;
    case http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

std::string_view ToStd(boost::beast::string_view text) { return {text.data(), text.size()}; }

constexpr std::size_t kRequestLineBytes = 12;  // besides method and target: " ", " HTTP/1.1\r\n"
constexpr std::size_t kFieldBytes = 3;         // besides name and value: ":", "\r\n"

constexpr std::string_view kTargetForm =
    "A target begins with \"/\", or with \"http://\" and the host, and has no \"#\".";
constexpr std::string_view kHostOnce =
    "A request has one Host: a name or an address, perhaps with a port, and the same as in an "
    "absolute target.";
constexpr std::string_view kOneLine =
    "A field is one line: a name, a colon right behind it, and a value without control characters.";
constexpr std::string_view kLengthOnce =
    "A body's length is told once: by one Content-Length in digits, or in HTTP/1.1 by "
    "\"Transfer-Encoding: chunked\".";
constexpr std::string_view kChunkForm =
    "A chunk is its size in hexadecimal digits and CRLF, then as many bytes and CRLF.";

}  // namespace

RequestParser::RequestParser(Request& request, const HttpLimits& limits)
    : request_(request), limits_(limits) {
  request_.Clear();
  header_limit(limits.head_bytes);
  body_limit(limits.body_bytes);
}

std::string_view RequestParser::ReasonFor(ErrorCode error) const {
  if (!reason_.empty()) return reason_;
  if (error == http::error::bad_content_length || error == http::error::multiple_content_length ||
      error == http::error::bad_transfer_encoding) {
    return kLengthOnce;
  }
  if (error == http::error::bad_field || error == http::error::bad_value ||
      error == http::error::bad_line_ending) {
    return kOneLine;
  }
  if (error == http::error::bad_chunk || error == http::error::bad_chunk_extension) {
    return kChunkForm;
  }
  if (error == http::error::bad_target) return kTargetForm;
  if (error == http::error::bad_version) return "A request line ends in HTTP/1.1 or HTTP/1.0.";
  return "The request could not be understood.";
}

void RequestParser::Refuse(std::string_view reason, ErrorCode& error) {
  reason_ = reason;
  error = http::error::bad_field;
}

bool RequestParser::expects_continue() const {
  return EqualsIgnoringCase(request_.Header("Expect"), "100-continue");
}

void RequestParser::on_request_impl(Verb verb, StringView method, StringView target, int version,
                                    ErrorCode& error) {
  version_ = version;
  has_request_line_ = true;
  if (target.size() > limits_.target_bytes) {
    target_too_long_ = true;
    error = http::error::header_limit;
    return;
  }
  error = {};
  head_bytes_ = method.size() + target.size() + kRequestLineBytes;
  request_.set_method(ToMethod(verb));
  request_.SetTarget(ToStd(target));
  // RFC 9112 §3.2: the authority form is for CONNECT, which is not for us. A fragment is never
  // sent, and a proxy may cut it off where we would not.
  const std::string_view path = request_.path();
  const bool is_asterisk = path == "*" && verb == http::verb::options;
  if ((path.front() != '/' && !is_asterisk) || target.find('#') != StringView::npos) {
    Refuse(kTargetForm, error);
  }
}

void RequestParser::on_field_impl(Field field, StringView name, StringView value,
                                  ErrorCode& error) {
  error = {};
  if (IsFolded(ToStd(name), ToStd(value))) return Refuse(kOneLine, error);
  // A trailer of a chunked body comes this way too. It is not part of the head and is not kept: it
  // could pose as a header that was judged already (RFC 9110 §6.5.1).
  if (is_header_done()) return;
  // Beast's own limit is of what it has not parsed yet: fields that come one by one pass it without
  // end.
  head_bytes_ += name.size() + value.size() + kFieldBytes;
  if (head_bytes_ > limits_.head_bytes) {
    error = http::error::header_limit;
    return;
  }
  if (field == Field::content_length) {
    if (++length_fields_ > 1 || !IsContentLength(ToStd(value))) return Refuse(kLengthOnce, error);
  } else if (field == Field::transfer_encoding) {
    // Of a body in another coding, or in two, the end is unknown (RFC 9112 §6.3), and HTTP/1.0
    // knows none (§6.1): guessing is smuggling.
    if (++coding_fields_ > 1 || !IsChunked(ToStd(value)) || is_http_1_0()) {
      return Refuse(kLengthOnce, error);
    }
  }
  request_.AddHeader(ToStd(name), ToStd(value));
}

void RequestParser::on_header_impl(ErrorCode& error) {
  error = {};
  // RFC 9112 §3.2: exactly one Host in HTTP/1.1, at most one otherwise. An absolute target rules
  // over it; where the two differ, whoever judged the other one has judged another request.
  const int hosts = request_.host_headers();
  const bool has_host = hosts > 0 || request_.has_absolute_target();
  if (hosts > 1 || (hosts == 0 && version_ == 11) ||
      (has_host && !IsHostAndPort(request_.host())) ||
      (request_.has_absolute_target() && hosts == 1 &&
       !EqualsIgnoringCase(request_.Header("Host"), request_.host()))) {
    return Refuse(kHostOnce, error);
  }
  if (length_fields_ > 0 && coding_fields_ > 0) return Refuse(kLengthOnce, error);
}

void RequestParser::on_chunk_header_impl(std::uint64_t, StringView extension, ErrorCode& error) {
  error = {};
  extension_bytes_ += extension.size();
  if (!IsChunkExtension(ToStd(extension)) || extension_bytes_ > limits_.chunk_extension_bytes) {
    Refuse("Chunk extensions may have up to 1 KiB, without control characters.", error);
  }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode& error) {
  error = {};
}

std::size_t RequestParser::on_body_impl(StringView body, ErrorCode& error) {
  error = {};
  request_.mutable_body().append(body.data(), body.size());
  return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, StringView body, ErrorCode& error) {
  return on_body_impl(body, error);
}

}  // namespace image_cache
