// Who may talk to this server: the host names it answers to, the web origins that may change
// something, and the bearer token. Immutable after construction, so thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

class AccessPolicy {
 public:
  // `hosts`: names without a port ("localhost", "[::1]"); `origins` as a browser sends them
  // ("http://localhost:5173"). Without a token everybody who reaches the server may change things.
  AccessPolicy(std::vector<std::string> hosts, std::vector<std::string> origins,
               std::optional<std::string> token);

  // `host` is the request's Host, whose port is ignored. This is what stops DNS rebinding: a page
  // of another site cannot make the browser send a name that is not ours.
  [[nodiscard]] bool AllowsHost(std::string_view host) const;

  // The origin's authority is the request's host.
  [[nodiscard]] static bool IsSameOrigin(std::string_view origin, std::string_view host);

  // Same origin or one of `origins`.
  // REQUIRES: AllowsHost(host), else "same origin" says nothing.
  [[nodiscard]] bool AllowsOrigin(std::string_view origin, std::string_view host) const;

  // Those that are named besides the same one.
  [[nodiscard]] const std::vector<std::string>& origins() const { return origins_; }

  // `authorization` is the field's value. Compared in a time that does not depend on where the
  // tokens differ.
  [[nodiscard]] bool AllowsChange(std::string_view authorization) const;

 private:
  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
  std::optional<std::string> token_;
};

// "Example.com:8787" → "Example.com", "[::1]:80" → "[::1]". What is no number is no port.
[[nodiscard]] std::string_view HostWithoutPort(std::string_view host);

}  // namespace image_cache
