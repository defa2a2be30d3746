// Reads one request from bytes as they arrive, into a Request: Beast's parser without Beast's
// message, and stricter than Beast (request_rules.h).
//
// Owned by a connection, one for each request. Not thread-safe.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string_view>

#include "native-server/http/limits.h"
#include "native-server/http/message/request.h"

namespace image_cache {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // Clears `request`. Both outlive the parser.
  RequestParser(Request& request, const HttpLimits& limits);

  [[nodiscard]] bool has_request_line() const { return has_request_line_; }
  // Parsing stopped with header_limit because of the request line.
  [[nodiscard]] bool target_too_long() const { return target_too_long_; }
  [[nodiscard]] bool is_http_1_0() const { return version_ == 10; }
  [[nodiscard]] bool expects_continue() const;
  // What a client is told that sent what put() has refused with `error`.
  [[nodiscard]] std::string_view ReasonFor(boost::beast::error_code error) const;

 private:
  using ErrorCode = boost::beast::error_code;
  using StringView = boost::beast::string_view;
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;

  void on_request_impl(Verb verb, StringView method, StringView target, int version,
                       ErrorCode& error) override;
  void on_response_impl(int, StringView, int, ErrorCode&) override {}
  void on_field_impl(Field field, StringView name, StringView value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& error) override;
  std::size_t on_body_impl(StringView body, ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t size, StringView extension, ErrorCode& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, StringView body, ErrorCode& error) override;
  void on_finish_impl(ErrorCode& error) override { error = {}; }

  void Refuse(std::string_view reason, ErrorCode& error);

  Request& request_;
  const HttpLimits& limits_;
  int version_ = 0;  // 10 or 11
  bool has_request_line_ = false;
  bool target_too_long_ = false;
  std::size_t head_bytes_ = 0;
  int length_fields_ = 0;            // Content-Length
  int coding_fields_ = 0;            // Transfer-Encoding
  std::size_t extension_bytes_ = 0;  // of all chunks
  std::string_view reason_;          // of a refusal of ours
};

}  // namespace image_cache
