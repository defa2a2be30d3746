#include "native-server/http/message/request_parser.h"

#include <boost/beast/http/error.hpp>

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

}  // namespace

RequestParser::RequestParser(Request& request, const HttpLimits& limits)
    : request_(request), limits_(limits) {
  request_.Clear();
  header_limit(limits.head_bytes);
  body_limit(limits.body_bytes);
}

bool RequestParser::expects_continue() const {
  return EqualsIgnoringCase(request_.Header("Expect"), "100-continue");
}

void RequestParser::on_request_impl(Verb verb, StringView, StringView target, int version,
                                    ErrorCode& error) {
  version_ = version;
  has_request_line_ = true;
  if (target.size() > limits_.target_bytes) {
    target_too_long_ = true;
    error = http::error::header_limit;
    return;
  }
  error = {};
  request_.set_method(ToMethod(verb));
  request_.SetTarget(ToStd(target));
}

void RequestParser::on_field_impl(Field, StringView name, StringView value, ErrorCode& error) {
  error = {};
  // A trailer of a chunked body comes this way too. It is not part of the head and is not kept: it
  // could pose as a header that was judged already (RFC 9110 §6.5.1).
  if (!is_header_done()) request_.AddHeader(ToStd(name), ToStd(value));
}

void RequestParser::on_header_impl(ErrorCode& error) {
  error = {};
  // RFC 9112 §3.2: exactly one Host in HTTP/1.1, at most one otherwise.
  const int hosts = request_.host_headers();
  if (hosts > 1 || (hosts == 0 && version_ == 11)) error = http::error::bad_field;
  // A coding besides chunked leaves the body's end unknown (§6.1), and guessing it is smuggling.
  if (request_.HasHeader("Transfer-Encoding") && !chunked()) {
    error = http::error::bad_transfer_encoding;
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
