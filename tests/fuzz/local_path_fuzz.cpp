// Any text as a local path: what passes cannot leave the images folder, is written as it was read,
// and is what a table of states, written another way, lets through.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/paths/actor_id.h"
#include "shared/paths/image_type.h"
#include "shared/paths/local_path.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

// The same rules as one walk over the bytes: the state says what has been seen, the counters how
// much of it.
bool ReferenceAccepts(std::string_view text) {
  enum { kPrefix, kActor, kName } state = kPrefix;
  std::size_t bytes = 0;  // of the prefix, the actor id or the file name
  std::string extension;  // what is behind the name's last dot so far
  bool has_dot = false;
  for (const char c : text) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    if (state == kPrefix) {
      if (c != ".image-cache/images/"[bytes]) return false;
      if (++bytes == 20) state = kActor, bytes = 0;
    } else if (c == '/') {
      if (state != kActor || bytes == 0) return false;
      state = kName, bytes = 0;
    } else {
      if (!is_plain && (c != '.' || bytes == 0)) return false;
      if (++bytes > (state == kActor ? 64U : 200U)) return false;
      if (state == kActor) continue;
      if (c == '.') {
        has_dot = true;
        extension.clear();
      } else {
        extension += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      }
    }
  }
  if (state != kName || !has_dot) return false;
  for (const char* known :
       {"jpg", "jpeg", "png", "gif", "webp", "avif", "bmp", "tif", "tiff", "jxl", "ico"}) {
    if (extension == known) return true;
  }
  return extension == "svg" && ImageTypeFromExtension("svg").has_value();
}

void Check(std::string_view text) {
  const auto path = LocalPath::Parse(text);
  REQUIRE(path.has_value() == ReferenceAccepts(text));
  if (!path) return;
  REQUIRE(path->text() == text);
  REQUIRE(IsValidActorId(path->actor_id()));
  REQUIRE(text == std::string(kLocalPathPrefix) + std::string(path->relative()));
  REQUIRE(path->relative() == std::string(path->actor_id()) + "/" + std::string(path->file_name()));
  REQUIRE(std::count(path->relative().begin(), path->relative().end(), '/') == 1);
  REQUIRE(path->file_name().front() != '.');
  REQUIRE(path->file_name().size() <= 200);
  REQUIRE(path->text().find('\0') == std::string::npos);
  REQUIRE(path->relative().find("/..") == std::string_view::npos);

  const LocalPath made = LocalPath::Make(path->actor_id(), text.size(), path->type());
  REQUIRE(LocalPath::Parse(made.text()));
  REQUIRE(*LocalPath::Parse(made.text()) == made);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(text);
  Check(std::string(kLocalPathPrefix) + std::string(text));
  return 0;
}
