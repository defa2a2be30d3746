#include "native-server/http/access_policy.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "shared/ascii.h"

namespace image_cache {

std::string_view HostWithoutPort(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  const bool has_port = colon != std::string_view::npos &&
                        (bracket == std::string_view::npos || colon > bracket) &&
                        host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return has_port ? host.substr(0, colon) : host;
}

AccessPolicy::AccessPolicy(std::vector<std::string> hosts, std::vector<std::string> origins,
                           std::optional<std::string> token)
    : hosts_(std::move(hosts)), origins_(std::move(origins)), token_(std::move(token)) {}

bool AccessPolicy::AllowsHost(std::string_view host) const {
  const std::string_view name = HostWithoutPort(host);
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& allowed) { return EqualsIgnoringCase(allowed, name); });
}

bool AccessPolicy::IsSameOrigin(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    // Behind a proxy that ends TLS the page's scheme is https and ours is not.
    if (origin.substr(0, scheme.size()) == scheme && !host.empty() &&
        EqualsIgnoringCase(origin.substr(scheme.size()), host)) {
      return true;
    }
  }
  return false;
}

bool AccessPolicy::AllowsOrigin(std::string_view origin, std::string_view host) const {
  return IsSameOrigin(origin, host) ||
         std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

bool AccessPolicy::AllowsChange(std::string_view authorization) const {
  if (!token_) return true;
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() ||
      !EqualsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
    return false;
  }
  const std::string_view given = authorization.substr(kScheme.size());
  return given.size() == token_->size() &&
         CRYPTO_memcmp(given.data(), token_->data(), given.size()) == 0;
}

}  // namespace image_cache
