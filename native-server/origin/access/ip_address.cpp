#include "native-server/origin/access/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace image_cache {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kAddressBits = 128;
constexpr int kIpv4Bits = 32;

IpAddress Mapped(const in_addr& ipv4) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  std::memcpy(address.bytes.data() + kMappedPrefix.size(), &ipv4, sizeof(ipv4));
  return address;
}

// Every bit after the first `prefix_bits` is 0.
IpAddress Masked(IpAddress address, int prefix_bits) {
  for (int byte = 0; byte < static_cast<int>(address.bytes.size()); ++byte) {
    const int kept_bits = std::clamp(prefix_bits - byte * 8, 0, 8);
    address.bytes[static_cast<std::size_t>(byte)] &= static_cast<std::uint8_t>(0xff00 >> kept_bits);
  }
  return address;
}

}  // namespace

std::optional<IpAddress> IpAddress::From(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  // Copied out: what the resolver hands over need not be aligned or typed as its family's struct.
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof(in));
    return Mapped(in.sin_addr);
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in{};
  std::memcpy(&in, address, sizeof(in));
  IpAddress result;
  std::memcpy(result.bytes.data(), &in.sin6_addr, result.bytes.size());
  return result;
}

std::optional<IpAddress> IpAddress::Parse(const std::string& text) {
  in_addr ipv4{};
  if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) return Mapped(ipv4);
  IpAddress result;
  if (inet_pton(AF_INET6, text.c_str(), result.bytes.data()) == 1) return result;
  return std::nullopt;
}

bool IpAddress::IsIpv4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

std::uint32_t IpAddress::Ipv4() const {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + kMappedPrefix.size(), sizeof(value));
  return ntohl(value);
}

std::string IpAddress::Text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* const from = bytes.data() + (IsIpv4() ? kMappedPrefix.size() : 0);
  inet_ntop(IsIpv4() ? AF_INET : AF_INET6, from, text.data(), text.size());
  return text.data();
}

tl::expected<AddressRange, std::string> AddressRange::Parse(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string network = text.substr(0, slash);
  const auto address = IpAddress::Parse(network);
  if (!address) return tl::make_unexpected("'" + network + "' is not an address");

  const bool is_ipv4 = network.find(':') == std::string::npos;
  const int max_bits = is_ipv4 ? kIpv4Bits : kAddressBits;
  int bits = max_bits;
  if (slash != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
    if (error != std::errc() || stop != end || bits < 0 || bits > max_bits) {
      return tl::make_unexpected("'" + text.substr(slash) +
                                 "' is not a number of bits from /0 to /" +
                                 std::to_string(max_bits));
    }
  }
  const int prefix_bits = bits + kAddressBits - max_bits;
  const IpAddress first = Masked(*address, prefix_bits);
  if (first != *address) {
    return tl::make_unexpected("a network of /" + std::to_string(bits) + " begins at " +
                               first.Text() + ", not at " + network);
  }
  return AddressRange(first, prefix_bits);
}

bool AddressRange::Contains(const IpAddress& address) const {
  return Masked(address, prefix_bits_) == network_;
}

}  // namespace image_cache
