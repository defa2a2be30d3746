// A list in a file or on standard input.
#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>
#include <utility>

#include "native-server/cli/parts.h"
#include "native-server/cli/warm/list_reader.h"
#include "native-server/cli/warm/warm_source.h"

namespace image_cache {

Outcome<std::unique_ptr<WarmSource>> OpenListSource(const Settings& settings) {
  auto addressing = MakeAddressing(settings);
  if (!addressing) return tl::make_unexpected(addressing.error());
  const bool is_input = settings.warm_file == "-";
  const std::string name = is_input ? "standard input" : settings.warm_file;
  std::shared_ptr<std::istream> stream(&std::cin, [](std::istream*) {});  // nobody owns it
  errno = 0;
  if (!is_input) stream = std::make_shared<std::ifstream>(settings.warm_file, std::ios::binary);
  (void)stream->peek();  // a folder can be opened, and fails here
  if (errno != 0) {
    return Failed(
        fmt::format("cannot read the list {}: {}", name, std::generic_category().message(errno)));
  }
  return ReadList(
      std::move(stream),
      {.name = name, .actor_id = settings.warm_actor_id, .addressing = std::move(*addressing)});
}

}  // namespace image_cache
