#include "native-server/origin/access/special_address.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

struct Case {
  const char* address;
  bool is_public;
};

class SpecialAddressTest : public testing::TestWithParam<Case> {};

TEST_P(SpecialAddressTest, IsJudged) {
  const IpAddress address = IpAddress::Parse(GetParam().address).value();
  EXPECT_EQ(ScopeOf(address) == AddressScope::kPublic, GetParam().is_public) << GetParam().address;
}

// Each range's first and last address, and its neighbours outside.
constexpr Case kIpv4[] = {
    {"0.0.0.0", false},         {"0.255.255.255", false},   {"1.0.0.0", true},
    {"9.255.255.255", true},    {"10.0.0.0", false},        {"10.255.255.255", false},
    {"11.0.0.0", true},         {"52.216.0.1", true},       {"100.63.255.255", true},
    {"100.64.0.0", false},      {"100.100.100.200", false}, {"100.127.255.255", false},
    {"100.128.0.0", true},      {"126.255.255.255", true},  {"127.0.0.1", false},
    {"127.255.255.255", false}, {"128.0.0.0", true},        {"168.63.129.15", true},
    {"168.63.129.16", false},   {"169.253.255.255", true},  {"169.254.0.1", false},
    {"169.254.169.254", false}, {"169.255.0.0", true},      {"172.15.255.255", true},
    {"172.16.0.0", false},      {"172.31.255.255", false},  {"172.32.0.0", true},
    {"192.0.0.1", false},       {"192.0.1.0", true},        {"192.0.2.1", false},
    {"192.88.99.1", false},     {"192.167.255.255", true},  {"192.168.0.1", false},
    {"192.169.0.0", true},      {"198.17.255.255", true},   {"198.18.0.0", false},
    {"198.19.255.255", false},  {"198.20.0.0", true},       {"198.51.100.7", false},
    {"203.0.113.7", false},     {"223.255.255.255", true},  {"224.0.0.1", false},
    {"239.255.255.255", false}, {"240.0.0.0", false},       {"255.255.255.255", false},
    {"8.8.8.8", true},
};
INSTANTIATE_TEST_SUITE_P(Ipv4, SpecialAddressTest, testing::ValuesIn(kIpv4));

constexpr Case kIpv6[] = {
    {"::", false},
    {"::1", false},
    {"::8.8.8.8", false},         // IPv4-compatible, of no use any more
    {"::ffff:127.0.0.1", false},  // mapped: judged by the IPv4 address
    {"::ffff:169.254.169.254", false},
    {"::ffff:10.1.2.3", false},
    {"::ffff:8.8.8.8", true},
    {"64:ff9b::127.0.0.1", false},  // NAT64: judged by the IPv4 address
    {"64:ff9b::192.168.1.1", false},
    {"64:ff9b::52.216.0.1", true},
    {"64:ff9b:1::8.8.8.8", false},  // NAT64 of a local network
    {"100::1", false},              // discard
    {"2002:7f00:1::1", false},      // 6to4 of 127.0.0.1
    {"2002:c0a8:101::1", false},    // 6to4 of 192.168.1.1
    {"2002:808:808::1", true},      // 6to4 of 8.8.8.8
    {"2001::1", false},             // Teredo
    {"2001:1ff:ffff::1", false},
    {"2001:200::1", true},
    {"2001:db8::1", false},
    {"2001:db9::1", true},
    {"2600:1f60:8000::1", true},  // Amazon
    {"2a00:1450:4001::1", true},
    {"3fff:fff::1", false},  // documentation
    {"3fff:1000::1", true},
    {"4000::1", false},
    {"5f00::1", false},
    {"fc00::1", false},
    {"fd00:ec2::254", false},  // metadata
    {"fdff:ffff::1", false},
    {"fe80::1", false},
    {"febf::1", false},
    {"fec0::1", false},
    {"ff02::1", false},
    {"1fff:ffff::1", false},
    {"2000::1", true},
};
INSTANTIATE_TEST_SUITE_P(Ipv6, SpecialAddressTest, testing::ValuesIn(kIpv6));

struct ScopeCase {
  const char* address;
  AddressScope scope;
};

class LocalScopeTest : public testing::TestWithParam<ScopeCase> {};

TEST_P(LocalScopeTest, IsToldFromWhatNoNameMayLeadTo) {
  EXPECT_EQ(ScopeOf(IpAddress::Parse(GetParam().address).value()), GetParam().scope)
      << GetParam().address;
}

constexpr ScopeCase kScopes[] = {
    {"127.0.0.1", AddressScope::kLoopback},
    {"127.255.255.255", AddressScope::kLoopback},
    {"::1", AddressScope::kLoopback},
    {"::ffff:127.0.0.1", AddressScope::kLoopback},
    {"::127.0.0.1", AddressScope::kSpecial},
    {"::", AddressScope::kSpecial},
    {"0.0.0.0", AddressScope::kSpecial},
    {"10.255.0.1", AddressScope::kPrivate},
    {"172.31.255.255", AddressScope::kPrivate},
    {"192.168.1.1", AddressScope::kPrivate},
    {"::ffff:192.168.1.1", AddressScope::kPrivate},
    {"100.64.0.1", AddressScope::kPrivate},
    {"100.100.100.199", AddressScope::kPrivate},
    {"100.100.100.200", AddressScope::kSpecial},  // metadata
    {"100.100.100.201", AddressScope::kPrivate},
    {"168.63.129.16", AddressScope::kSpecial},
    {"169.254.169.254", AddressScope::kSpecial},
    {"::ffff:169.254.169.254", AddressScope::kSpecial},
    {"192.0.0.192", AddressScope::kSpecial},
    {"224.0.0.1", AddressScope::kSpecial},
    {"255.255.255.255", AddressScope::kSpecial},
    {"fc00::1", AddressScope::kPrivate},
    {"fdff::1", AddressScope::kPrivate},
    {"fd00:ec2::253", AddressScope::kPrivate},
    {"fd00:ec2::254", AddressScope::kSpecial},  // metadata
    {"fd20:ce::254", AddressScope::kSpecial},
    {"fd00:c1::a9fe:a9fe", AddressScope::kSpecial},
    {"fe80::1", AddressScope::kSpecial},
    {"ff02::1", AddressScope::kSpecial},
    {"64:ff9b::10.0.0.1", AddressScope::kSpecial},  // of whose private network?
    {"64:ff9b:1::10.0.0.1", AddressScope::kSpecial},
    {"2002:a00:1::1", AddressScope::kSpecial},
    {"2001:0:7f00:1::", AddressScope::kSpecial},          // Teredo
    {"fe80::5efe:127.0.0.1", AddressScope::kSpecial},     // ISATAP
    {"2600:1f60::5efe:10.0.0.1", AddressScope::kPublic},  // a host like any: ISATAP is not routed
};
INSTANTIATE_TEST_SUITE_P(Scopes, LocalScopeTest, testing::ValuesIn(kScopes));

}  // namespace
}  // namespace image_cache
