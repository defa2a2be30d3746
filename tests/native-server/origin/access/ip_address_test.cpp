#include "native-server/origin/access/ip_address.h"

#include <gtest/gtest.h>
#include <sys/un.h>

#include "tests/native-server/origin/socket_address.h"

namespace image_cache {
namespace {

TEST(IpAddressTest, IsReadFromSocketAddressesOfBothFamilies) {
  for (const std::string text : {"127.0.0.1", "8.8.8.8", "::1", "2600:1f60::1"}) {
    const auto address = IpAddress::From(SocketAddress(text).Get());
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(address->Text(), text);
    EXPECT_EQ(address, IpAddress::Parse(text));
  }
}

TEST(IpAddressTest, IsNotReadFromNothingNorFromAnotherFamily) {
  EXPECT_EQ(IpAddress::From(nullptr), std::nullopt);
  sockaddr_un unix_socket{};
  unix_socket.sun_family = AF_UNIX;
  EXPECT_EQ(IpAddress::From(reinterpret_cast<const sockaddr*>(&unix_socket)), std::nullopt);
}

TEST(IpAddressTest, OneMappedIntoIpv6IsTheSame) {
  EXPECT_EQ(IpAddress::Parse("::ffff:127.0.0.1"), IpAddress::Parse("127.0.0.1"));
  EXPECT_NE(IpAddress::Parse("::127.0.0.1"), IpAddress::Parse("127.0.0.1"));
  EXPECT_EQ(IpAddress::Parse("::ffff:1.2.3.4")->Ipv4(), 0x01020304U);
}

TEST(IpAddressTest, OtherNotationsAreNone) {
  for (const char* text : {"", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.",
                           "[::1]", "::1%lo", " 127.0.0.1", "localhost"}) {
    EXPECT_EQ(IpAddress::Parse(text), std::nullopt) << text;
  }
}

struct RangeCase {
  const char* range;
  const char* address;
  bool contains;
};

class AddressRangeTest : public testing::TestWithParam<RangeCase> {};

TEST_P(AddressRangeTest, ContainsWhatBeginsAsItDoes) {
  const auto range = AddressRange::Parse(GetParam().range);
  ASSERT_TRUE(range.has_value()) << range.error();
  EXPECT_EQ(range->Contains(IpAddress::Parse(GetParam().address).value()), GetParam().contains)
      << GetParam().range << " and " << GetParam().address;
}

constexpr RangeCase kRanges[] = {
    {"10.1.2.3", "10.1.2.3", true},
    {"10.1.2.3", "10.1.2.2", false},
    {"10.1.2.3", "::ffff:10.1.2.3", true},
    {"10.0.0.0/8", "10.255.255.255", true},
    {"10.0.0.0/8", "11.0.0.0", false},
    {"172.16.0.0/12", "172.31.255.255", true},
    {"172.16.0.0/12", "172.32.0.0", false},
    {"10.1.2.2/31", "10.1.2.3", true},
    {"10.1.2.2/31", "10.1.2.4", false},
    {"0.0.0.0/0", "169.254.169.254", true},
    {"0.0.0.0/0", "::1", false},
    {"::/0", "::1", true},
    {"fd12:3456::/32", "fd12:3456:ffff::1", true},
    {"fd12:3456::/32", "fd12:3457::1", false},
    {"::1", "::1", true},
    {"::1", "127.0.0.1", false},
    {"::ffff:10.0.0.0/104", "10.1.2.3", true},
};
INSTANTIATE_TEST_SUITE_P(Ranges, AddressRangeTest, testing::ValuesIn(kRanges));

TEST(AddressRangeTest, ThatIsNoneIsRefusedWithTheReason) {
  const auto reason = [](const char* text) { return AddressRange::Parse(text).error(); };
  EXPECT_EQ(reason("localhost"), "'localhost' is not an address");
  EXPECT_EQ(reason("127.1"), "'127.1' is not an address");
  EXPECT_EQ(reason(""), "'' is not an address");
  for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ",
                           "10.0.0.0/8/8", "10.0.0.0/0x8"}) {
    EXPECT_NE(reason(text).find("from /0 to /32"), std::string::npos) << text;
  }
  EXPECT_NE(reason("::/129").find("from /0 to /128"), std::string::npos);
  EXPECT_EQ(reason("10.1.2.3/8"), "a network of /8 begins at 10.0.0.0, not at 10.1.2.3");
}

}  // namespace
}  // namespace image_cache
