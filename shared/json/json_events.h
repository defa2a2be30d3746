// A JSON text read as a stream of events: no tree is built, so its depth costs nothing.
//
// nlohmann's SAX parser behind an interface, so that it is compiled once however many forms are
// read: in the WebAssembly module another of it is 9 kB that every page downloads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace image_cache {

// Who takes the events. Each call says whether to go on. Strings may be moved away.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;

  virtual bool null() = 0;
  virtual bool boolean(bool value) = 0;
  virtual bool number_integer(std::int64_t value) = 0;  // the negative ones
  virtual bool number_unsigned(std::uint64_t value) = 0;
  virtual bool number_float(double value) = 0;
  virtual bool string(std::string& value) = 0;
  virtual bool key(std::string& name) = 0;
  virtual bool start_object() = 0;
  virtual bool end_object() = 0;
  virtual bool start_array() = 0;
  virtual bool end_array() = 0;
};

// False: it is not JSON (RFC 8259), or `events` ended it.
[[nodiscard]] bool ReadJson(std::string_view text, JsonEvents& events);

}  // namespace image_cache
