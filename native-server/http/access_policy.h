// Who may talk to this server: the host names it answers to, the web origins that may change
// something, and the bearer token. Thread-safe, also while it is replaced: every call judges by the
// rules of that moment.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native-server/base/reloadable.h"

namespace image_cache {

struct AccessRules {
  std::vector<std::string> hosts;    // names without a port: "localhost", "[::1]"
  std::vector<std::string> origins;  // as a browser sends them: "http://localhost:5173"
  // Without it everybody who reaches the server may change things.
  std::optional<std::string> token;
};

class AccessPolicy {
 public:
  explicit AccessPolicy(AccessRules rules) : rules_(std::move(rules)) {}

  void Replace(AccessRules rules) { rules_.Replace(std::move(rules)); }

  // `host` is the request's Host, whose port is ignored. This is what stops DNS rebinding: a page
  // of another site cannot make the browser send a name that is not ours.
  [[nodiscard]] bool AllowsHost(std::string_view host) const;

  // The origin's authority is the request's host.
  [[nodiscard]] static bool IsSameOrigin(std::string_view origin, std::string_view host);

  // Same origin or one of `origins`.
  // REQUIRES: AllowsHost(host), else "same origin" says nothing.
  [[nodiscard]] bool AllowsOrigin(std::string_view origin, std::string_view host) const;

  // Those that are named besides the same one. Valid until this thread's next call.
  [[nodiscard]] const std::vector<std::string>& origins() const { return rules_.Get().origins; }

  // `authorization` is the field's value. Compared in a time that does not depend on where the
  // tokens differ.
  [[nodiscard]] bool AllowsChange(std::string_view authorization) const;

 private:
  Reloadable<AccessRules> rules_;
};

// "Example.com:8787" → "Example.com", "[::1]:80" → "[::1]". What is no number is no port.
[[nodiscard]] std::string_view HostWithoutPort(std::string_view host);

}  // namespace image_cache
