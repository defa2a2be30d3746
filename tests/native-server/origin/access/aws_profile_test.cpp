#include "native-server/origin/access/aws_profile.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

using Profiles = AwsProfiles;

struct Case {
  const char* name;
  const char* text;
  AwsFileKind kind;
  Profiles profiles;
};

class AwsProfileTest : public testing::TestWithParam<Case> {};

TEST_P(AwsProfileTest, IsRead) {
  EXPECT_EQ(ParseAwsProfiles(GetParam().text, GetParam().kind), GetParam().profiles);
}

constexpr auto kCredentials = AwsFileKind::kCredentials;
constexpr auto kConfig = AwsFileKind::kConfig;

const Case kCases[] = {
    {"Empty", "", kCredentials, {}},
    {"Plain", "[default]\na=1\nb = 2\n", kCredentials, {{"default", {{"a", "1"}, {"b", "2"}}}}},
    {"WithoutLastLineBreak", "[default]\na=1", kCredentials, {{"default", {{"a", "1"}}}}},
    {"WindowsLines", "[default]\r\na = 1\r\n", kCredentials, {{"default", {{"a", "1"}}}}},
    {"ByteOrderMark", "\xEF\xBB\xBF[default]\na=1", kCredentials, {{"default", {{"a", "1"}}}}},
    {"BlanksAround", "  [ work ]  \n\t a\t=  1  \n", kCredentials, {{"work", {{"a", "1"}}}}},
    {"Comments",
     "# first\n[default] ; here\n; more\na = 1 # one\nb = 2;3#4\n",
     kCredentials,
     {{"default", {{"a", "1"}, {"b", "2;3#4"}}}}},
    {"ValuesWithEquals",
     "[default]\ns = ab/c+d==\n",
     kCredentials,
     {{"default", {{"s", "ab/c+d=="}}}}},
    {"NamesInAnyCase",
     "[default]\nAWS_Access_Key_ID = K\n",
     kCredentials,
     {{"default", {{"aws_access_key_id", "K"}}}}},
    {"TheLaterWins",
     "[a]\nx=1\n[b]\ny=2\n[a]\nx=3\n",
     kCredentials,
     {{"a", {{"x", "3"}}}, {"b", {{"y", "2"}}}}},
    {"BeforeAnySection", "x=1\n[a]\n", kCredentials, {{"a", {}}}},
    {"Nonsense", "[a\nx=1\n]\nno equals here\n[b]\ny=2\n", kCredentials, {{"b", {{"y", "2"}}}}},
    {"ConfigNeedsThePrefix",
     "[profile work]\nx=1\n[other]\ny=2\n[default]\nz=3\n",
     kConfig,
     {{"work", {{"x", "1"}}}, {"default", {{"z", "3"}}}}},
    {"ConfigDefaultWithPrefix", "[profile default]\nx=1\n", kConfig, {{"default", {{"x", "1"}}}}},
    {"ConfigQuotedName", "[profile \"my work\"]\nx=1\n", kConfig, {{"my work", {{"x", "1"}}}}},
    {"ConfigOtherSections",
     "[sso-session s]\nx=1\n[services t]\ny=1\n[profilework]\nz=1\n[profile]\n",
     kConfig,
     {}},
    {"NestedSettings",
     "[default]\ns3 =\n  region = nested\n  x = 1\nregion = own\n",
     kConfig,
     {{"default", {{"s3", ""}, {"region", "own"}}}}},
};
INSTANTIATE_TEST_SUITE_P(Files, AwsProfileTest, testing::ValuesIn(kCases),
                         [](const auto& file) { return std::string(file.param.name); });

}  // namespace
}  // namespace image_cache
