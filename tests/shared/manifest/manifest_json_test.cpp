#include "shared/manifest/manifest_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "shared/manifest/manifest_json_writer.h"

namespace image_cache {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kKey = "https://s3.amazonaws.com/training/0001/image.jpg";

// Contract, section 3.
json ContractExample() {
  return json::parse(R"({ "version": "1.0", "last_updated": 1729176000000,
  "entries": { "https://s3.amazonaws.com/training/0001/image.jpg": {
      "s3_url": "https://s3.amazonaws.com/training/0001/image.jpg",
      "local_path": ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg",
      "cached_at": 1729176000000, "size_bytes": 328059, "actor_id": "0001",
      "filename": "0001_european_16_male_0.jpg", "etag": "\"abc123...\"" } } })");
}

json ExampleEntry() { return ContractExample()["entries"][kKey]; }

// The contract's example with a field of its entry changed, or taken out by null.
json WithEntryField(const std::string& field, const json& value) {
  json document = ContractExample();
  document["entries"][kKey][field] = value;
  return document;
}

ManifestDocument Parse(const json& document) {
  auto parsed = ParseManifestJson(document.dump());
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().detail);
  return parsed ? std::move(*parsed) : ManifestDocument();
}

json RoundTrip(const json& document) {
  const ManifestDocument parsed = Parse(document);
  EXPECT_THAT(parsed.rejected, IsEmpty());
  return json::parse(WriteManifestJson(parsed.manifest, parsed.addressing, parsed.epoch));
}

TEST(ManifestJsonTest, ReadsTheContractsExample) {
  const ManifestDocument document = Parse(ContractExample());
  EXPECT_THAT(document.rejected, IsEmpty());
  EXPECT_EQ(document.manifest.last_updated_ms(), 1729176000000);
  EXPECT_EQ(document.manifest.revision(), 0u);
  EXPECT_EQ(document.manifest.Totals(), (ManifestTotals{1, 328059}));
  const auto entry = document.manifest.Find(kKey);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->local_path(), ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg");
  EXPECT_EQ(entry->actor_id(), "0001");
  EXPECT_EQ(entry->filename(), "0001_european_16_male_0.jpg");
  EXPECT_EQ(entry->etag(), "\"abc123...\"");
  EXPECT_EQ(entry->cached_at_ms(), 1729176000000);
  EXPECT_EQ(entry->sha256(), "");
}

TEST(ManifestJsonTest, WritesWhatItReadEqual) {
  EXPECT_EQ(RoundTrip(ContractExample()), ContractExample());

  json full = ContractExample();
  full["epoch"] = "0123456789abcdef";
  full["revision"] = 42;
  full["s3_endpoint"] = "http://127.0.0.1:4569";
  full["entries"][kKey]["sha256"] = std::string(64, 'a');
  full["entries"][kKey]["filename"] = "\xC3\xA9 \"quoted\" \\ \n \xF0\x9F\x98\x80.jpg";
  const std::string on_endpoint = "http://127.0.0.1:4569/bucket/k%20(1).png?versionId=7";
  full["entries"][on_endpoint] = ExampleEntry();
  full["entries"][on_endpoint]["s3_url"] = on_endpoint;
  EXPECT_EQ(RoundTrip(full), full);
  full["s3_path_style"] = true;
  EXPECT_EQ(RoundTrip(full), full);

  const json empty = {{"version", "1.0"}, {"last_updated", 0}, {"entries", json::object()}};
  EXPECT_EQ(RoundTrip(empty), empty);
}

TEST(ManifestJsonTest, WritesTheSameTextForEqualManifests) {
  Manifest forward, backward;
  for (int i = 0; i < 50; ++i) {
    for (const auto& [manifest, number] : {std::pair(&forward, i), std::pair(&backward, 49 - i)}) {
      Entry entry;
      entry.s3_url = "https://host/" + std::to_string(number);
      entry.actor_id = std::to_string(number % 3);
      manifest->Put(entry);
    }
  }
  EXPECT_EQ(WriteManifestJson(forward, {}), WriteManifestJson(backward, {}));
  EXPECT_THAT(json::parse(WriteManifestJson(forward, {}, {}, "1"))["entries"], SizeIs(17));
  EXPECT_THAT(json::parse(WriteManifestJson(forward, {}, {}, "none"))["entries"], SizeIs(0));
}

TEST(ManifestJsonTest, WritesBytesThatAreNotUtf8AsReplacements) {
  Manifest manifest;
  Entry entry;
  entry.s3_url = "https://host/a";
  entry.etag = "\"\xFF\"";
  manifest.Put(entry);
  const json written = json::parse(WriteManifestJson(manifest, {}));
  EXPECT_EQ(written["entries"]["https://host/a"]["etag"], "\"\xEF\xBF\xBD\"");
}

// Written without the library where that is quicker: the library must not see a difference.
TEST(ManifestJsonTest, WritesEveryTextAsTheLibraryDoes) {
  std::vector<std::string> texts = {
      "",         "plain", "\"quoted\"",        "back\\slash", "Grüße 图", "cut \xe5\x9b",
      "\xff\xfe", "\x7f",  std::string(1, '\0')};
  for (int c = 0; c < 256; ++c) texts.push_back("a" + std::string(1, static_cast<char>(c)) + "\"b");
  for (const std::string& text : texts) {
    nlohmann::ordered_json expected = {
        {"s3_url", text},   {"local_path", text}, {"cached_at", -5}, {"size_bytes", UINT64_MAX},
        {"actor_id", text}, {"filename", text},   {"etag", text}};
    if (!text.empty()) expected["sha256"] = text;
    const auto dump = [](const nlohmann::ordered_json& value) {
      return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    };
    std::string written;
    AppendManifestEntry(written,
                        {.s3_url = text,
                         .local_path = text,
                         .actor_id = text,
                         .filename = text,
                         .etag = text,
                         .sha256 = text,
                         .cached_at_ms = -5,
                         .size_bytes = UINT64_MAX},
                        false);
    EXPECT_EQ(written, "," + dump(text) + ":" + dump(expected));
  }
}

TEST(ManifestJsonTest, RefusesWhatIsNotAManifest) {
  struct Case {
    std::string text;
    ManifestError code;
  };
  for (const Case& c : {
           Case{"", ManifestError::kNotJson},
           Case{"{", ManifestError::kNotJson},
           Case{"null", ManifestError::kNotJson},
           Case{"[]", ManifestError::kNotJson},
           Case{"\"1.0\"", ManifestError::kNotJson},
           Case{"1", ManifestError::kNotJson},
           Case{ContractExample().dump() + "x", ManifestError::kNotJson},
           Case{ContractExample().dump().substr(0, 200), ManifestError::kNotJson},
           Case{R"({"version":"1.0","entries":{},"x":")"
                "\xFF"
                R"("})",
                ManifestError::kNotJson},
           Case{R"({"version":"1.0","entries":{},"x":1e999})", ManifestError::kNotJson},
           Case{"{}", ManifestError::kUnsupportedVersion},
           Case{R"({"version":"2.0","entries":{}})", ManifestError::kUnsupportedVersion},
           Case{R"({"version":1.0,"entries":{}})", ManifestError::kUnsupportedVersion},
           Case{R"({"version":["1.0"],"entries":{}})", ManifestError::kUnsupportedVersion},
           Case{R"({"version":"1.0"})", ManifestError::kInvalid},
           Case{R"({"version":"1.0","entries":[]})", ManifestError::kInvalid},
           Case{R"({"version":"1.0","entries":null})", ManifestError::kInvalid},
           Case{R"({"version":"1.0","entries":"{}"})", ManifestError::kInvalid},
           Case{R"({"version":"1.0","x":{"entries":{}}})", ManifestError::kInvalid},
       }) {
    const auto parsed = ParseManifestJson(c.text);
    ASSERT_FALSE(parsed) << c.text;
    EXPECT_EQ(parsed.error().code, c.code) << c.text;
  }
}

TEST(ManifestJsonTest, LeavesOutAnEntryThatBreaksARule) {
  const json bad_values[][2] = {
      {"s3_url", ""},
      {"s3_url", "not a url"},
      {"s3_url", "s3://bucket"},
      {"s3_url", 5},
      {"local_path", ""},
      {"local_path", "../../etc/passwd"},
      {"local_path", ".image-cache/images/0001/x.html"},
      {"local_path", json::array({".image-cache/images/0001/x.jpg"})},
      {"actor_id", "../0001"},
      {"actor_id", 1},
      {"cached_at", -1},
      {"cached_at", 1.5},
      {"cached_at", "1729176000000"},
      {"cached_at", 9007199254740992.0},
      {"size_bytes", -1},
      {"size_bytes", 18446744073709551615u},
      {"size_bytes", -9223372036854775807},
      {"size_bytes", true},
      {"size_bytes", json::object({{"x", 1}})},
      {"etag", "\"a\r\nX: y\""},
      {"etag", 7},
      {"filename", json::array()},
      {"sha256", "abc"},
      {"sha256", std::string(64, 'A')},
      {"sha256", false},
  };
  for (const auto& [field, value] : bad_values) {
    SCOPED_TRACE(field.dump() + ": " + value.dump());
    json document = WithEntryField(field, value);
    document["entries"]["https://host/good.jpg"] = ExampleEntry();
    document["entries"]["https://host/good.jpg"]["s3_url"] = "https://host/good.jpg";
    const ManifestDocument parsed = Parse(document);
    EXPECT_THAT(parsed.rejected, SizeIs(1));
    EXPECT_EQ(parsed.manifest.Totals().entries, 1u);
    EXPECT_TRUE(parsed.manifest.Find("https://host/good.jpg"));
  }
  for (const std::string field : {"local_path", "actor_id", "cached_at", "size_bytes"}) {
    SCOPED_TRACE(field);
    EXPECT_THAT(Parse(WithEntryField(field, nullptr)).rejected, SizeIs(1));
    json document = ContractExample();
    document["entries"][kKey].erase(field);
    EXPECT_THAT(Parse(document).rejected, SizeIs(1));
  }
  for (const json& entry : {json(nullptr), json(1), json("x"), json::array(), json::object()}) {
    json document = ContractExample();
    document["entries"][kKey] = entry;
    EXPECT_THAT(Parse(document).rejected, SizeIs(1)) << entry;
  }
}

TEST(ManifestJsonTest, NamesARejectedEntryWithoutItsSecrets) {
  json document = ContractExample();
  document["entries"] = {
      {"https://host/a.jpg?X-Amz-Signature=secret#secret", json::object()},
      {"https://user:secret@host/b.jpg", ExampleEntry()},
  };
  document["entries"]["https://user:secret@host/b.jpg"].erase("s3_url");
  const ManifestDocument parsed = Parse(document);
  ASSERT_THAT(parsed.rejected, SizeIs(2));
  EXPECT_THAT(parsed.rejected[0], HasSubstr("https://host/a.jpg: "));
  for (const std::string& text : parsed.rejected) EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST(ManifestJsonTest, AcceptsWhatEarlierSystemsWrote) {
  EXPECT_EQ(Parse(WithEntryField("etag", nullptr)).manifest.Find(kKey)->etag(), "");
  EXPECT_EQ(Parse(WithEntryField("filename", nullptr)).manifest.Find(kKey)->filename(), "");
  EXPECT_EQ(Parse(WithEntryField("cached_at", 1.729176e12)).manifest.Find(kKey)->cached_at_ms(),
            1729176000000);
  EXPECT_EQ(Parse(WithEntryField("more", {{"deep", {1, 2, {{"s3_url", 5}}}}})).rejected.size(), 0u);
  json without_url = ContractExample();
  without_url["entries"][kKey].erase("s3_url");
  EXPECT_TRUE(Parse(without_url).manifest.Find(kKey));
}

TEST(ManifestJsonTest, BringsUrlsToTheirKeysAndKeepsTheNewerOfTwo) {
  json document = ContractExample();
  document["entries"] = json::object();
  const std::pair<const char*, int> urls[] = {
      {"https://training.s3.amazonaws.com/k.jpg?X-Amz-Signature=1", 1},
      {"https://s3.eu-west-1.amazonaws.com/training/k.jpg", 3},
      {"s3://training/k.jpg", 2},
  };
  for (const auto& [url, cached_at] : urls) {
    document["entries"][url] = ExampleEntry();
    document["entries"][url]["s3_url"] = url;
    document["entries"][url]["cached_at"] = cached_at;
  }
  const ManifestDocument parsed = Parse(document);
  EXPECT_EQ(parsed.manifest.Totals().entries, 1u);
  const auto entry = parsed.manifest.Find("https://s3.amazonaws.com/training/k.jpg");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->cached_at_ms(), 3);
}

TEST(ManifestJsonTest, UsesTheEndpointWhereverItStandsInTheDocument) {
  const std::string text = R"({"entries":{"s3://b/k":)" + ExampleEntry().dump() +
                           R"(},"s3_endpoint":"http://localhost:4569","version":"1.0"})";
  json document = json::parse(text);
  document["entries"]["s3://b/k"]["s3_url"] = "s3://b/k";
  const ManifestDocument parsed = Parse(document);
  ASSERT_TRUE(parsed.addressing.endpoint);
  EXPECT_TRUE(parsed.manifest.Find("http://localhost:4569/b/k"));
}

TEST(ManifestJsonTest, TellsOfPathStyleOnlyWhereAnEndpointIsAskedSo) {
  json document = ContractExample();
  document["s3_path_style"] = true;
  EXPECT_FALSE(Parse(document).addressing.path_style) << "no endpoint";
  document["s3_endpoint"] = "https://minio.example.com";
  EXPECT_TRUE(Parse(document).addressing.path_style);
  for (const json& value : {json(false), json(1), json("true"), json(nullptr), json::array({true}),
                            json({{"s3_path_style", true}})}) {
    document["s3_path_style"] = value;
    EXPECT_FALSE(Parse(document).addressing.path_style) << value;
  }
  document.erase("s3_path_style");
  document["x"] = {{"s3_path_style", true}};
  document["entries"][kKey]["s3_path_style"] = true;
  EXPECT_FALSE(Parse(document).addressing.path_style) << "not the document's own";
  EXPECT_EQ(Parse(document).manifest.Totals().entries, 1u);
}

TEST(ManifestJsonTest, IgnoresSenselessHeadFields) {
  for (const json& value : {json(-1), json("x"), json(true), json(nullptr), json::array({1}),
                            json({{"a", 1}}), json(1e300)}) {
    json document = ContractExample();
    document["last_updated"] = document["revision"] = document["s3_endpoint"] = value;
    const ManifestDocument parsed = Parse(document);
    EXPECT_EQ(parsed.manifest.Totals().entries, 1u) << value;
    EXPECT_EQ(parsed.manifest.revision(), 0u) << value;
    EXPECT_EQ(parsed.manifest.last_updated_ms(), 0) << value;
    EXPECT_FALSE(parsed.addressing.endpoint) << value;
  }
}

TEST(ManifestJsonTest, TakesAnEpochThatIsOne) {
  json document = ContractExample();
  document["epoch"] = "0123456789abcdef";
  EXPECT_EQ(Parse(document).epoch, "0123456789abcdef");
  for (const json& value : {json(1), json(nullptr), json(""), json("0123456789ABCDEF"),
                            json("0123456789abcde"), json("0123456789abcdef0")}) {
    document["epoch"] = value;
    EXPECT_EQ(Parse(document).epoch, "") << value;
  }
}

TEST(ManifestJsonTest, SurvivesDepthBombs) {
  constexpr std::size_t kDepth = 1'000'000;
  const std::string arrays(kDepth, '['), ends(kDepth, ']');
  EXPECT_FALSE(ParseManifestJson(arrays));
  EXPECT_FALSE(ParseManifestJson(arrays + ends));
  std::string objects;
  for (std::size_t i = 0; i < kDepth; ++i) objects += "{\"a\":";
  EXPECT_FALSE(ParseManifestJson(objects));
  const std::string inside =
      R"({"version":"1.0","x":)" + arrays + ends + R"(,"entries":{"k":)" + arrays + ends + "}}";
  const auto parsed = ParseManifestJson(inside);
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->rejected, ElementsAre(HasSubstr("entry 1: ")));
}

}  // namespace
}  // namespace image_cache
