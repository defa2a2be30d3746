// Any text as ~/.aws/credentials or ~/.aws/config: what is read holds nothing that could not stand
// in such a file, and reads the same when it is written anew.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/origin/access/aws_profile.h"
#include "shared/keys/url.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

bool IsTrimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  return text.empty() || (kBlank.find(text.front()) == std::string_view::npos &&
                          kBlank.find(text.back()) == std::string_view::npos);
}

// Names that the file can only say in one way; a name within quotes or with a bracket is another
// when it is written plainly.
bool IsPlainName(std::string_view name) {
  return IsTrimmed(name) && name.find_first_of("\"'[]#;") == std::string_view::npos;
}

void Check(std::string_view text, AwsFileKind kind) {
  AwsProfiles plain;
  std::string written;
  for (const auto& [name, settings] : ParseAwsProfiles(text, kind)) {
    REQUIRE(!name.empty());
    REQUIRE(name.find('\n') == std::string::npos);
    for (const auto& [key, value] : settings) {
      REQUIRE(key == ToLowerAscii(key));
      REQUIRE(IsTrimmed(key) && IsTrimmed(value));
      REQUIRE(key.find_first_of("=\n") == std::string::npos);
      REQUIRE(value.find('\n') == std::string::npos);
    }
    if (!IsPlainName(name)) continue;
    const bool is_bare = kind == AwsFileKind::kCredentials || name == "default";
    written += (is_bare ? "[" : "[profile ") + name + "]\n";
    for (const auto& [key, value] : settings) {
      // A line that begins like a section is none of a setting's.
      if (!key.empty() && key.front() == '[') continue;
      // Without blanks around the "=": a value that begins with '#' would be a comment behind one.
      written.append(key).append("=").append(value).append("\n");
      plain[name][key] = value;
    }
    plain[name];
  }
  REQUIRE(ParseAwsProfiles(written, kind) == plain);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(text, AwsFileKind::kCredentials);
  Check(text, AwsFileKind::kConfig);
  return 0;
}
