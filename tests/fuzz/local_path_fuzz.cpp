// Any text as a local path: what passes cannot leave the images folder and is written as it was
// read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/paths/actor_id.h"
#include "shared/paths/local_path.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

void Check(std::string_view text) {
  const auto path = LocalPath::Parse(text);
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
