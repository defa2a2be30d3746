// One HTTP request, as the handlers see it: method, target, headers and the whole body.
//
// Owned by its connection and reused from request to request, so that a request in the steady state
// allocates nothing. Views stay valid until the next Clear(). Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

enum class Method { kGet, kHead, kPost, kDelete, kOptions, kOther };

// "GET"; "OTHER" for one that is not known here.
[[nodiscard]] std::string_view NameOf(Method method);

class Request {
 public:
  // --- for handlers ---
  [[nodiscard]] Method method() const { return method_; }
  // HEAD is answered as GET is, without its body; most handlers ask this.
  [[nodiscard]] bool is_get_or_head() const {
    return method_ == Method::kGet || method_ == Method::kHead;
  }
  // As it was sent, still percent-encoded. Without scheme and authority.
  [[nodiscard]] std::string_view path() const { return View(path_); }
  [[nodiscard]] std::string_view query() const { return View(query_); }  // without '?'
  // Where the request is for: the Host header, or the authority of an absolute target (which rules,
  // RFC 9112 §3.2.2).
  [[nodiscard]] std::string_view host() const { return View(host_); }
  // Only of HTTP/1.0. An empty name is one, too, and is nobody's.
  [[nodiscard]] bool has_no_host() const { return host_headers_ == 0 && !absolute_target_; }
  // The first field of that name, in any case; empty when there is none.
  [[nodiscard]] std::string_view Header(std::string_view name) const;
  [[nodiscard]] bool HasHeader(std::string_view name) const;
  // How many fields have that name.
  [[nodiscard]] std::size_t CountOf(std::string_view name) const;
  // Whether a field of that name, a list of tokens as Connection is, has the token, in any case.
  [[nodiscard]] bool HasToken(std::string_view name, std::string_view token) const;
  // False: there is no Range and no field that begins with "If-".
  [[nodiscard]] bool has_conditions_or_range() const { return has_conditions_or_range_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  // The part of the path that a route's ":name" stands for, percent-decoded.
  [[nodiscard]] const std::string& path_parameter() const { return path_parameter_; }

  // Which of the server's threads handles it, from 0: what a handler keeps for each thread needs no
  // lock.
  [[nodiscard]] std::size_t thread() const { return thread_; }

  // --- for whoever makes the request: parser, router, tests ---
  void Clear();
  void set_method(Method method) { method_ = method; }
  void SetTarget(std::string_view target);
  void AddHeader(std::string_view name, std::string_view value);
  std::string& mutable_body() { return body_; }
  void set_path_parameter(std::string value) { path_parameter_ = std::move(value); }
  // Survives Clear(): a connection stays on its thread.
  void set_thread(std::size_t thread) { thread_ = thread; }
  [[nodiscard]] bool has_absolute_target() const { return absolute_target_; }
  [[nodiscard]] int host_headers() const { return host_headers_; }

 private:
  struct Span {
    std::uint32_t offset = 0, length = 0;
  };
  struct Field {
    Span name, value;
  };
  [[nodiscard]] std::string_view View(Span span) const {
    return std::string_view(text_).substr(span.offset, span.length);
  }
  [[nodiscard]] Span Keep(std::string_view text);
  [[nodiscard]] const Field* FindField(std::string_view name) const;

  Method method_ = Method::kOther;
  std::string text_;  // every kept piece of the head, one behind the other
  std::vector<Field> fields_;
  Span path_, query_, host_;
  int host_headers_ = 0;
  bool absolute_target_ = false;
  bool has_conditions_or_range_ = false;
  std::size_t thread_ = 0;
  std::string body_;
  std::string path_parameter_;
};

}  // namespace image_cache
