#include "native-server/origin/listing/list_page.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

std::string Page(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         inside + "</ListBucketResult>";
}
const std::string kLast = "<IsTruncated>false</IsTruncated>";

std::string Object(const std::string& key, const std::string& etag = "&quot;e&quot;",
                   const std::string& size = "7") {
  return "<Contents><Key>" + key + "</Key><ETag>" + etag + "</ETag><Size>" + size +
         "</Size></Contents>";
}

TEST(ListPageTest, ReadsWhatS3Answers) {
  const auto page = ParseListPage(
      Page("<Name>bucket</Name><Prefix>0001/</Prefix><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys>"
           "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
           "<NextContinuationToken>1ueG/cO=</NextContinuationToken>"
           "<Contents><Key>0001/a.jpg</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
           "<ETag>&quot;599b&quot;</ETag><Size>328059</Size>"
           "<StorageClass>STANDARD</StorageClass></Contents>" +
           Object("0001/b.jpg")));
  ASSERT_TRUE(page.has_value()) << page.error().detail;
  EXPECT_EQ(page->next_token, "1ueG/cO=");
  EXPECT_EQ(page->objects, (std::vector<ListedObject>{
                               {.key = "0001/a.jpg", .etag = "\"599b\"", .size_bytes = 328059},
                               {.key = "0001/b.jpg", .etag = "\"e\"", .size_bytes = 7}}));
}

TEST(ListPageTest, AnEmptyBucketHasNoObjects) {
  const auto page = ParseListPage(Page(kLast));
  ASSERT_TRUE(page.has_value());
  EXPECT_TRUE(page->objects.empty());
  EXPECT_EQ(page->next_token, "");
}

struct KeyCase {
  const char* name;
  const char* written;
  bool url_encoded;
  const char* key;
};
class ListPageKeyTest : public testing::TestWithParam<KeyCase> {};
TEST_P(ListPageKeyTest, IsDecoded) {
  const std::string encoding = GetParam().url_encoded ? "<EncodingType>url</EncodingType>" : "";
  const auto page = ParseListPage(Page(encoding + kLast + Object(GetParam().written)));
  ASSERT_TRUE(page.has_value()) << page.error().detail;
  ASSERT_EQ(page->objects.size(), 1u);
  EXPECT_EQ(page->objects[0].key, GetParam().key);
}
const KeyCase kKeyCases[] = {
    {"Plain", "a/b.jpg", true, "a/b.jpg"},
    {"Blank", "a+b.jpg", true, "a b.jpg"},
    {"Plus", "a%2Bb.jpg", true, "a+b.jpg"},
    {"Utf8", "%C3%A9.jpg", true, "\xc3\xa9.jpg"},
    {"ControlCharacter", "a%01b", true,
     "a\x01"
     "b"},
    {"EscapedEntity", "a%26amp%3B", true, "a&amp;"},
    {"WithoutEncoding", "a+b%2B.jpg", false, "a+b%2B.jpg"},
    {"Entities", "a&amp;&lt;&#233;&#x20;b", false, "a&<\xc3\xa9 b"},
    {"CharacterData", "<![CDATA[a<b]]>", false, "a<b"},
    {"OnlyABlank", " ", false, " "},
};
INSTANTIATE_TEST_SUITE_P(Keys, ListPageKeyTest, testing::ValuesIn(kKeyCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(ListPageTest, AnEtagIsAsInTheHeader) {
  const auto page = ParseListPage(Page(kLast + Object("a", "&quot;q&quot;") + Object("b", "bare") +
                                       Object("c", "W/&quot;weak&quot;") + Object("d", "")));
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->objects[0].etag, "\"q\"");
  EXPECT_EQ(page->objects[1].etag, "\"bare\"");
  EXPECT_EQ(page->objects[2].etag, "W/\"weak\"");
  EXPECT_EQ(page->objects[3].etag, "");
}

TEST(ListPageTest, AsManyObjectsAsWereAskedForAndNoMore) {
  std::string objects;
  for (std::size_t i = 0; i < kMaxObjectsPerPage; ++i) objects += Object(std::to_string(i));
  const auto full = ParseListPage(Page(kLast + objects));
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->objects.size(), kMaxObjectsPerPage);
  EXPECT_FALSE(ParseListPage(Page(kLast + objects + Object("more"))).has_value());
}

struct BadCase {
  const char* name;
  std::string xml;
};
class ListPageErrorTest : public testing::TestWithParam<BadCase> {};
TEST_P(ListPageErrorTest, IsNoPage) {
  const auto page = ParseListPage(GetParam().xml);
  ASSERT_FALSE(page.has_value());
  EXPECT_EQ(page.error().code, OriginError::kUnexpected);
}
const BadCase kBadCases[] = {
    {"Nothing", ""},
    {"NoXml", "not found"},
    {"Html", "<!doctype html><html><body><p>Sign in</p></body></html>"},
    {"UnclosedHtml", "<html><body><p>Sign in<br></body></html>"},
    {"S3Error", "<Error><Code>AccessDenied</Code></Error>"},
    {"CutOff", Page(kLast + Object("a")).substr(0, 150)},
    {"WithoutItsEnd", "<ListBucketResult>" + kLast + Object("a")},
    {"WithoutIsTruncated", Page(Object("a"))},
    {"WithoutNextToken", Page("<IsTruncated>true</IsTruncated>" + Object("a"))},
    {"WithoutKey", Page(kLast + "<Contents><Size>1</Size></Contents>")},
    {"EmptyKey", Page(kLast + Object(""))},
    {"BrokenEscape", Page("<EncodingType>url</EncodingType>" + kLast + Object("a%2"))},
    {"WithoutSize", Page(kLast + "<Contents><Key>a</Key></Contents>")},
    {"NegativeSize", Page(kLast + Object("a", "e", "-1"))},
    {"HugeSize", Page(kLast + Object("a", "e", "99999999999999999999"))},
    {"ForeignEntityInSize",
     "<!DOCTYPE x [<!ENTITY n \"7\">]>" + Page(kLast + Object("a", "e", "&n;"))},
};
INSTANTIATE_TEST_SUITE_P(Bodies, ListPageErrorTest, testing::ValuesIn(kBadCases),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace image_cache
