// A port whose queue of connections is full: Linux answers a further one with silence.
#pragma once

#include <string>
#include <vector>

#include "native-server/base/unique_fd.h"

namespace image_cache {

class FullListener {
 public:
  FullListener();
  [[nodiscard]] const std::string& Origin() const { return origin_; }

 private:
  UniqueFd listener_;
  std::vector<UniqueFd> clients_;
  std::string origin_;
};

}  // namespace image_cache
