#include "native-server/origin/access/special_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace image_cache {
namespace {

using Ipv6Bytes = std::array<std::uint8_t, 16>;

struct Ipv4Range {
  std::uint32_t network;
  int prefix_bits;
};

constexpr std::uint32_t Ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr Ipv4Range kSpecialIpv4[] = {
    {Ip(0, 0, 0, 0), 8},         // this network; 0.0.0.0 reaches the machine itself
    {Ip(10, 0, 0, 0), 8},        // private
    {Ip(100, 64, 0, 0), 10},     // shared (CGNAT); a cloud's metadata at 100.100.100.200
    {Ip(127, 0, 0, 0), 8},       // loopback
    {Ip(168, 63, 129, 16), 32},  // Azure's platform service: public by number only
    {Ip(169, 254, 0, 0), 16},    // link-local; metadata at 169.254.169.254
    {Ip(172, 16, 0, 0), 12},     // private
    {Ip(192, 0, 0, 0), 24},      // IETF protocol assignments
    {Ip(192, 0, 2, 0), 24},      // documentation
    {Ip(192, 88, 99, 0), 24},    // 6to4 relays
    {Ip(192, 168, 0, 0), 16},    // private
    {Ip(198, 18, 0, 0), 15},     // benchmarks
    {Ip(198, 51, 100, 0), 24},   // documentation
    {Ip(203, 0, 113, 0), 24},    // documentation
    {Ip(224, 0, 0, 0), 4},       // multicast
    {Ip(240, 0, 0, 0), 4},       // reserved, broadcast
};

struct Ipv6Range {
  std::array<std::uint8_t, 4> network;  // no prefix below is longer than 32 bits
  int prefix_bits;
};

constexpr Ipv6Range kGlobalUnicast = {{0x20, 0, 0, 0}, 3};

constexpr Ipv6Range kSpecialIpv6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // IETF protocol assignments; Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation
};

bool Contains(const Ipv4Range& range, std::uint32_t address) {
  return (address ^ range.network) >> (32 - range.prefix_bits) == 0;
}

bool Contains(const Ipv6Range& range, const Ipv6Bytes& address) {
  const auto& n = range.network;
  return Contains(Ipv4Range{Ip(n[0], n[1], n[2], n[3]), range.prefix_bits},
                  Ip(address[0], address[1], address[2], address[3]));
}

bool IsPublicIpv4(std::uint32_t address) {
  return std::none_of(std::begin(kSpecialIpv4), std::end(kSpecialIpv4),
                      [=](const Ipv4Range& range) { return Contains(range, address); });
}

bool StartsWith(const Ipv6Bytes& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

bool IsPublicIpv6(const Ipv6Bytes& address) {
  const auto inner = [&](std::size_t at) {
    return IsPublicIpv4(Ip(address[at], address[at + 1], address[at + 2], address[at + 3]));
  };
  if (StartsWith(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return inner(12);  // mapped
  if (StartsWith(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}))
    return inner(12);                                      // NAT64
  if (StartsWith(address, {0x20, 0x02})) return inner(2);  // 6to4
  return Contains(kGlobalUnicast, address) &&
         std::none_of(std::begin(kSpecialIpv6), std::end(kSpecialIpv6),
                      [&](const Ipv6Range& range) { return Contains(range, address); });
}

}  // namespace

bool IsPublicAddress(const sockaddr* address) {
  if (address == nullptr) return false;
  // Copied out: what the resolver hands over need not be aligned or typed as its family's struct.
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof(in));
    return IsPublicIpv4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof(in));
    Ipv6Bytes bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return IsPublicIpv6(bytes);
  }
  return false;
}

}  // namespace image_cache
