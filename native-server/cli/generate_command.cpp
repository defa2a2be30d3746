#include <charconv>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string_view>

#include "native-server/cli/commands.h"
#include "native-server/cli/completions.h"
#include "native-server/cli/description.h"
#include "native-server/cli/man_page.h"
#include "native-server/cli/options.h"

namespace image_cache {
namespace {

// When it is built, or what a build that can be repeated says instead
// (https://reproducible-builds.org/docs/source-date-epoch/).
std::int64_t DateOfBuild() {
  // One thread.
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* given = std::getenv("SOURCE_DATE_EPOCH");
  const std::string_view text = given == nullptr ? "" : given;
  std::int64_t at_s = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), at_s);
  return !text.empty() && error == std::errc() ? at_s : std::time(nullptr);
}

}  // namespace

Outcome<void> PrintGenerated(const Settings& settings) {
  Settings defaults;
  const ProgramDescription program = Describe(*MakeApp(defaults));
  if (settings.generated == "man") std::cout << ManPage(program, DateOfBuild());
  if (settings.generated == "bash") std::cout << BashCompletion(program);
  if (settings.generated == "zsh") std::cout << ZshCompletion(program);
  if (settings.generated == "fish") std::cout << FishCompletion(program);
  return {};
}

}  // namespace image_cache
