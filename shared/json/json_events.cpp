#include "shared/json/json_events.h"

#include <nlohmann/json.hpp>

namespace image_cache {
namespace {

// The interface that nlohmann::json::sax_parse calls, by its names.
class Adapter {
 public:
  explicit Adapter(JsonEvents& events) : events_(events) {}

  bool null() { return events_.null(); }
  bool boolean(bool value) { return events_.boolean(value); }
  bool number_integer(std::int64_t value) { return events_.number_integer(value); }
  bool number_unsigned(std::uint64_t value) { return events_.number_unsigned(value); }
  bool number_float(double value, const std::string&) { return events_.number_float(value); }
  bool string(std::string& value) { return events_.string(value); }
  bool key(std::string& name) { return events_.key(name); }
  bool start_object(std::size_t) { return events_.start_object(); }
  bool end_object() { return events_.end_object(); }
  bool start_array(std::size_t) { return events_.start_array(); }
  bool end_array() { return events_.end_array(); }
  template <typename Binary>
  bool binary(Binary&) {
    return false;  // JSON text has none
  }
  template <typename Exception>
  bool parse_error(std::size_t, const std::string&, const Exception&) {
    return false;
  }

 private:
  JsonEvents& events_;
};

}  // namespace

bool ReadJson(std::string_view text, JsonEvents& events) {
  Adapter adapter(events);
  return nlohmann::json::sax_parse(text.data(), text.data() + text.size(), &adapter);
}

}  // namespace image_cache
