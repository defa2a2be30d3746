// Any text as the file of --config: what is taken reads the same when it is written anew, and what
// is refused is refused as wrong usage, in one line that says in which file.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "native-server/cli/config_file.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

// A basic string of TOML is a string of JSON, but for DEL, which it wants escaped.
std::string Quoted(const std::string& text) {
  std::string quoted;
  for (const char character : nlohmann::json(text).dump()) {
    if (character == '\x7f') {
      quoted += "\\u007f";
    } else {
      quoted += character;
    }
  }
  return quoted;
}

std::string Written(const ConfigFile& file) {
  std::string text;
  for (const auto& [key, value] : file.values) {
    text += Quoted(key) + " = [";
    for (const std::string& one : value.values) text += Quoted(one) + ", ";
    text += "]\n";
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputFile input({reinterpret_cast<const char*>(data), size});
  const auto file = ReadConfigFile(input.path());
  if (!file) {
    const Failure& failure = file.error();
    REQUIRE(failure.exit_code == kExitUsage);
    REQUIRE(failure.message.find(input.path()) != std::string::npos);
    REQUIRE(OneLine(failure.message) == failure.message);
    return 0;
  }
  for (const auto& [key, value] : file->values) REQUIRE(value.line >= 1);
  REQUIRE(file->is_empty == (size == 0));
  const std::string text = Written(*file);
  const InputFile rewritten(text);
  const auto again = ReadConfigFile(rewritten.path());
  REQUIRE(again);
  REQUIRE(Written(*again) == text);
  return 0;
}
