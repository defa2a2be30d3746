#include "shared/json/json_events.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace image_cache {
namespace {

using std::string_view_literals::operator""sv;

// The events as a text: "{ k=a u1 }".
class Recorder final : public JsonEvents {
 public:
  std::string events;

  bool null() override { return Add("null"); }
  bool boolean(bool value) override { return Add(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) override { return Add("i" + std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) override { return Add("u" + std::to_string(value)); }
  bool number_float(double value) override { return Add("f" + std::to_string(value)); }
  bool string(std::string& value) override { return Add("s=" + value); }
  bool key(std::string& name) override { return Add("k=" + name) && name != "stop"; }
  bool start_object() override { return Add("{"); }
  bool end_object() override { return Add("}"); }
  bool start_array() override { return Add("["); }
  bool end_array() override { return Add("]"); }

 private:
  bool Add(const std::string& event) {
    events += events.empty() ? event : ' ' + event;
    return true;
  }
};

std::string Read(std::string_view text) {
  Recorder recorder;
  return ReadJson(text, recorder) ? recorder.events : "not JSON";
}

TEST(JsonEventsTest, TellsWhatIsInTheText) {
  const struct {
    std::string_view text;
    std::string_view events;
  } cases[] = {
      {"{}", "{ }"},
      {" [ ] ", "[ ]"},
      {"\xEF\xBB\xBF{\"a\":1,\"b\":[true,false,null]}", "{ k=a u1 k=b [ true false null ] }"},
      {"[[],{},[{\"x\":\"y\"}]]", "[ [ ] { } [ { k=x s=y } ] ]"},
      {"0", "u0"},
      {"-0", "i0"},
      {"18446744073709551615", "u18446744073709551615"},
      {"18446744073709551616", "f18446744073709551616.000000"},
      {"-9223372036854775808", "i-9223372036854775808"},
      {"-9223372036854775809", "f-9223372036854775808.000000"},
      {"1729176000000.0", "f1729176000000.000000"},
      {"1.729176e12", "f1729176000000.000000"},
      {"25E-2", "f0.250000"},
      {"\"\"", "s="},
      {R"("\"\\\/\b\f\n\r\t")", "s=\"\\/\b\f\n\r\t"},
      {R"("\u0041\u00e9\u20AC\ud83d\ude00")", "s=A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
      {"\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7f\"",
       "s=\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7f"},
  };
  for (const auto& [text, events] : cases) EXPECT_EQ(Read(text), events) << text;
}

TEST(JsonEventsTest, RefusesWhatIsNotJson) {
  for (const std::string_view text :
       {""sv, " "sv, "{"sv, "[1"sv, "[1,]"sv, "[,1]"sv, "{\"a\"}"sv, "{\"a\":}"sv, "{\"a\":1,}"sv,
        "{a:1}"sv, "{1:1}"sv, "[1 2]"sv, "[}"sv, "{]"sv, "1 1"sv, "]"sv, "nul"sv, "True"sv, "01"sv,
        "-"sv, "+1"sv, "1."sv, ".5"sv, "1e"sv, "1e+"sv, "0x1"sv, "NaN"sv, "1e400"sv, "\""sv,
        "\"\\"sv, "\"\\x\""sv, "\"\\u12\""sv, "\"\\u12g4\""sv, "\"\n\""sv, "\"\0\""sv, "[1]\0"sv,
        // Halves of surrogate pairs.
        R"("\ud800")"sv, R"("\udc00")"sv, R"("\ud800\u0041")"sv,
        // Not UTF-8: a lonely tail, cut short, not the shortest form, a surrogate, too large.
        "\"\x80\""sv, "\"\xC3\""sv, "\"\xC0\x80\""sv, "\"\xE0\x80\x80\""sv, "\"\xED\xA0\x80\""sv,
        "\"\xF4\x90\x80\x80\""sv, "\"\xF0\x9F\x98\""sv, "\"\xFF\""sv}) {
    EXPECT_EQ(Read(text), "not JSON") << text;
  }
}

TEST(JsonEventsTest, EndsWhereItsReaderDoes) {
  Recorder recorder;
  EXPECT_FALSE(ReadJson(R"({"a":1,"stop":2,"b":3})", recorder));
  EXPECT_EQ(recorder.events, "{ k=a u1 k=stop");
}

TEST(JsonEventsTest, DepthIsNoDanger) {
  constexpr std::size_t kDepth = 1'000'000;
  EXPECT_EQ(Read(std::string(kDepth, '[')), "not JSON");
  EXPECT_NE(Read(std::string(kDepth, '[') + std::string(kDepth, ']')), "not JSON");
}

}  // namespace
}  // namespace image_cache
