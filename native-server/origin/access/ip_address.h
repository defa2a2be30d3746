// An IP address as the bytes it is compared by, and a range of such addresses. Values; pure.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace image_cache {

// An IPv4 address and the IPv6 address that is mapped from it (::ffff:127.0.0.1) reach the same
// host, and are one and the same here.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  // Nothing for null and for what is neither IPv4 nor IPv6.
  [[nodiscard]] static std::optional<IpAddress> From(const sockaddr* address);

  // "127.0.0.1", "fd00::1": four decimal numbers or RFC 4291 §2.2, without brackets or a zone.
  [[nodiscard]] static std::optional<IpAddress> Parse(const std::string& text);

  [[nodiscard]] bool IsIpv4() const;
  [[nodiscard]] std::uint32_t Ipv4() const;  // in host order. REQUIRES: IsIpv4()
  [[nodiscard]] std::string Text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

class AddressRange {
 public:
  // "10.1.2.3", "10.0.0.0/8", "fd12:3456::/32". The error says what is wrong with the text.
  [[nodiscard]] static tl::expected<AddressRange, std::string> Parse(const std::string& text);

  [[nodiscard]] bool Contains(const IpAddress& address) const;

 private:
  AddressRange(const IpAddress& network, int prefix_bits)
      : network_(network), prefix_bits_(prefix_bits) {}

  IpAddress network_;
  int prefix_bits_;  // of all 128
};

}  // namespace image_cache
