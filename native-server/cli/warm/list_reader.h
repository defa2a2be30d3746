// The text of a list of pictures, JSON or a line for each, whatever it is read from.
#pragma once

#include <istream>
#include <memory>
#include <string>

#include "native-server/cli/failure.h"
#include "native-server/cli/warm/warm_source.h"
#include "shared/keys/cache_key.h"

namespace image_cache {

struct ListOrigin {
  std::string name;      // for messages: a file, or "standard input"
  std::string actor_id;  // of lines that name none; empty: as their URLs say
  S3Addressing addressing;
};

// Lines are read as they are asked for. Fails when there is nothing to read, or when JSON is none.
[[nodiscard]] Outcome<std::unique_ptr<WarmSource>> ReadList(std::shared_ptr<std::istream> stream,
                                                            ListOrigin origin);

}  // namespace image_cache
