#include "native-server/http/access_policy.h"

#include <openssl/crypto.h>

#include <algorithm>

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

bool AccessPolicy::AllowsHost(std::string_view host) const {
  const std::string_view name = HostWithoutPort(host);
  const std::vector<std::string>& hosts = rules_.Get().hosts;
  return std::any_of(hosts.begin(), hosts.end(),
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
  const std::vector<std::string>& origins = rules_.Get().origins;
  return IsSameOrigin(origin, host) ||
         std::find(origins.begin(), origins.end(), origin) != origins.end();
}

bool AccessPolicy::AllowsChange(std::string_view authorization) const {
  const std::optional<std::string>& token = rules_.Get().token;
  if (!token) return true;
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() ||
      !EqualsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
    return false;
  }
  const std::string_view given = authorization.substr(kScheme.size());
  return given.size() == token->size() &&
         CRYPTO_memcmp(given.data(), token->data(), given.size()) == 0;
}

}  // namespace image_cache
