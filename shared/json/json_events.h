// A JSON text (RFC 8259) read as a stream of events: no tree is built, so its depth costs next to
// nothing.
//
// Pure. Written here, although nlohmann's library has such a parser: in the WebAssembly module that
// one is 6 kB (gzip) of the 40 that every page downloads, this one 1.5.
// tests/fuzz/json_events_fuzz.cpp compares what the two take and say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace image_cache {

// Who takes the events. Each call says whether to go on. Strings are UTF-8 and may be moved away.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;

  virtual bool null() = 0;
  virtual bool boolean(bool value) = 0;
  virtual bool number_integer(std::int64_t value) = 0;  // the negative ones
  virtual bool number_unsigned(std::uint64_t value) = 0;
  // With a point or an exponent, or beyond 64 bits. Exact when it is whole and below 2^53.
  virtual bool number_float(double value) = 0;
  virtual bool string(std::string& value) = 0;
  virtual bool key(std::string& name) = 0;
  virtual bool start_object() = 0;
  virtual bool end_object() = 0;
  virtual bool start_array() = 0;
  virtual bool end_array() = 0;
};

// False: it is not JSON, or `events` ended it. A number beyond what a double holds is not JSON
// here, nor is text that is not UTF-8; a byte order mark before it is passed over.
[[nodiscard]] bool ReadJson(std::string_view text, JsonEvents& events);

}  // namespace image_cache
