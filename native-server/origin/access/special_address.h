// Which IP addresses are hosts of the public internet, and which lead into somebody's own machine,
// network or cloud (the SSRF guard, design rule 7). Pure.
#pragma once

#include <sys/socket.h>

namespace image_cache {

// False for loopback, private, shared (CGNAT), link-local (with the clouds' metadata services),
// multicast, documentation, benchmark, reserved and unspecified addresses, for anything that is
// neither IPv4 nor IPv6, and for null. An IPv6 address that stands for an IPv4 one (mapped, NAT64,
// 6to4) is judged by that one.
// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
[[nodiscard]] bool IsPublicAddress(const sockaddr* address);

}  // namespace image_cache
