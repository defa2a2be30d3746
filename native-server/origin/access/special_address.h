// Which IP addresses are hosts of the public internet, and which lead into somebody's own machine,
// network or cloud (the SSRF guard, design rule 7). Pure.
#pragma once

#include "native-server/origin/access/ip_address.h"

namespace image_cache {

enum class AddressScope {
  kPublic,
  kLoopback,  // 127.0.0.0/8, ::1
  kPrivate,   // RFC 1918, shared (CGNAT, RFC 6598), unique local (RFC 4193)
  // All others: link-local, the clouds' metadata wherever it is, multicast, documentation,
  // benchmark, reserved and unspecified addresses, and what a translator makes of any address that
  // is not public. No name leads there by rights.
  kSpecial,
};

// An IPv6 address that stands for an IPv4 one (NAT64, 6to4) is public when that one is.
// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
[[nodiscard]] AddressScope ScopeOf(const IpAddress& address);

}  // namespace image_cache
