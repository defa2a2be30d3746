// Any text as JSON: our reader takes what nlohmann's takes, and tells the same of it.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "shared/json/json_events.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

// Both readers' events as one text. A float's digits are left out: ours does not round each right.
class Recorder final : public JsonEvents, public nlohmann::json_sax<nlohmann::json> {
 public:
  std::string events;
  bool is_infinite = false;

  bool null() override { return Add("n"); }
  bool boolean(bool value) override { return Add(value ? "t" : "f"); }
  bool number_integer(std::int64_t value) override { return Add(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) override { return Add(std::to_string(value)); }
  bool number_float(double value) override {
    is_infinite = is_infinite || !std::isfinite(value);
    return Add("float");
  }
  bool number_float(double value, const std::string&) override { return number_float(value); }
  bool string(std::string& value) override { return Add("s" + value); }
  bool key(std::string& name) override { return Add("k" + name); }
  bool start_object() override { return Add("{"); }
  bool start_object(std::size_t) override { return Add("{"); }
  bool end_object() override { return Add("}"); }
  bool start_array() override { return Add("["); }
  bool start_array(std::size_t) override { return Add("["); }
  bool end_array() override { return Add("]"); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  bool Add(const std::string& event) {
    events += event + '\n';
    return true;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find('\0') != std::string_view::npos)
    return 0;  // nlohmann's ends there; ours refuses it
  Recorder ours;
  Recorder theirs;
  const bool is_ours = ReadJson(text, ours);
  const bool is_theirs = nlohmann::json::sax_parse(text.begin(), text.end(), &theirs);
  // A number at the edge of what a double holds may be rounded to either side of it.
  const bool is_near_infinity = text.find_first_of("eE") != std::string_view::npos || size > 300;
  REQUIRE(is_ours == is_theirs || is_near_infinity);
  REQUIRE(!is_ours || !is_theirs || ours.events == theirs.events);
  return 0;
}
