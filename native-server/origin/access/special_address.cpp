#include "native-server/origin/access/special_address.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace image_cache {
namespace {

using Ipv6Bytes = std::array<std::uint8_t, 16>;

struct Ipv4Range {
  std::uint32_t network;
  int prefix_bits;
  AddressScope scope = AddressScope::kSpecial;
};

constexpr std::uint32_t Ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// The first that holds an address says its scope.
constexpr Ipv4Range kSpecialIpv4[] = {
    {Ip(0, 0, 0, 0), 8},  // this network; 0.0.0.0 reaches the machine itself
    {Ip(10, 0, 0, 0), 8, AddressScope::kPrivate},
    {Ip(100, 100, 100, 200), 32},                     // metadata of Alibaba's cloud
    {Ip(100, 64, 0, 0), 10, AddressScope::kPrivate},  // shared (CGNAT)
    {Ip(127, 0, 0, 0), 8, AddressScope::kLoopback},
    {Ip(168, 63, 129, 16), 32},  // Azure's platform service: public by number only
    {Ip(169, 254, 0, 0), 16},    // link-local; metadata at 169.254.169.254
    {Ip(172, 16, 0, 0), 12, AddressScope::kPrivate},
    {Ip(192, 0, 0, 0), 24},    // IETF protocol assignments; metadata of Oracle's at 192.0.0.192
    {Ip(192, 0, 2, 0), 24},    // documentation
    {Ip(192, 88, 99, 0), 24},  // 6to4 relays
    {Ip(192, 168, 0, 0), 16, AddressScope::kPrivate},
    {Ip(198, 18, 0, 0), 15},    // benchmarks
    {Ip(198, 51, 100, 0), 24},  // documentation
    {Ip(203, 0, 113, 0), 24},   // documentation
    {Ip(224, 0, 0, 0), 4},      // multicast
    {Ip(240, 0, 0, 0), 4},      // reserved, broadcast
};

struct Ipv6Range {
  std::array<std::uint8_t, 4> network;  // no prefix below is longer than 32 bits
  int prefix_bits;
};

constexpr Ipv6Range kGlobalUnicast = {{0x20, 0, 0, 0}, 3};
constexpr Ipv6Range kUniqueLocal = {{0xfc, 0, 0, 0}, 7};

constexpr Ipv6Range kSpecialIpv6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // IETF protocol assignments; Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation
};

constexpr IpAddress kLoopbackIpv6 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

// Among the unique local addresses, which are anybody's to choose.
constexpr IpAddress kMetadataIpv6[] = {
    {{0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}},        // Amazon's
    {{0xfd, 0x20, 0x00, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}},        // Google's
    {{0xfd, 0x00, 0x00, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 0xa9, 0xfe, 0xa9, 0xfe}},  // Oracle's
};

bool Contains(const Ipv4Range& range, std::uint32_t address) {
  return (address ^ range.network) >> (32 - range.prefix_bits) == 0;
}

bool Contains(const Ipv6Range& range, const IpAddress& address) {
  const auto& n = range.network;
  const auto& a = address.bytes;
  return Contains(Ipv4Range{Ip(n[0], n[1], n[2], n[3]), range.prefix_bits},
                  Ip(a[0], a[1], a[2], a[3]));
}

AddressScope ScopeOfIpv4(std::uint32_t address) {
  const auto* const range =
      std::find_if(std::begin(kSpecialIpv4), std::end(kSpecialIpv4),
                   [=](const Ipv4Range& each) { return Contains(each, address); });
  return range == std::end(kSpecialIpv4) ? AddressScope::kPublic : range->scope;
}

bool StartsWith(const IpAddress& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

// Through a translator: into whose loopback or private network it would lead is nobody's to know.
AddressScope ScopeOfTranslated(const IpAddress& address, std::size_t at) {
  const auto& a = address.bytes;
  const AddressScope inner = ScopeOfIpv4(Ip(a[at], a[at + 1], a[at + 2], a[at + 3]));
  return inner == AddressScope::kPublic ? inner : AddressScope::kSpecial;
}

}  // namespace

AddressScope ScopeOf(const IpAddress& address) {
  if (address.IsIpv4()) return ScopeOfIpv4(address.Ipv4());
  if (address == kLoopbackIpv6) return AddressScope::kLoopback;
  if (StartsWith(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {
    return ScopeOfTranslated(address, 12);  // NAT64
  }
  if (StartsWith(address, {0x20, 0x02})) return ScopeOfTranslated(address, 2);  // 6to4
  if (Contains(kUniqueLocal, address)) {
    const bool is_metadata = std::find(std::begin(kMetadataIpv6), std::end(kMetadataIpv6),
                                       address) != std::end(kMetadataIpv6);
    return is_metadata ? AddressScope::kSpecial : AddressScope::kPrivate;
  }
  const bool is_public =
      Contains(kGlobalUnicast, address) &&
      std::none_of(std::begin(kSpecialIpv6), std::end(kSpecialIpv6),
                   [&](const Ipv6Range& each) { return Contains(each, address); });
  return is_public ? AddressScope::kPublic : AddressScope::kSpecial;
}

}  // namespace image_cache
