// The file that --config names: TOML whose keys are the options without their dashes.
//
//   max-size = "50GiB"
//   origin = ["https://a.example.com", "https://b.example.com"]
#pragma once

#include <map>
#include <string>
#include <vector>

#include "native-server/cli/failure.h"

namespace image_cache {

struct ConfigValue {
  std::vector<std::string>
      values;    // one, or those of a list; as they would stand on the command line
  int line = 0;  // in the file, from 1
};

struct ConfigFile {
  std::map<std::string, ConfigValue> values;  // by key
  bool is_empty = false;                      // it has not a byte
};

// Fails as wrong usage, with the file's name and the line.
[[nodiscard]] Outcome<ConfigFile> ReadConfigFile(const std::string& path);

}  // namespace image_cache
