// Why a command ended without having done its work: one line for people and the exit code.
#pragma once

#include <algorithm>
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "shared/ascii.h"

namespace image_cache {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

struct Failure {
  int exit_code = kExitFailed;
  std::string message;  // says what is wrong and what to do; one line, without a final newline
};

// Line breaks and other control characters become spaces: a message may quote what somebody else
// said.
[[nodiscard]] inline std::string OneLine(std::string text) {
  std::replace_if(text.begin(), text.end(), IsAsciiControl, ' ');
  return text;
}

template <typename T>
using Outcome = tl::expected<T, Failure>;

[[nodiscard]] inline auto Failed(std::string message) {
  return tl::make_unexpected(Failure{kExitFailed, OneLine(std::move(message))});
}
[[nodiscard]] inline auto WrongUsage(std::string message) {
  return tl::make_unexpected(Failure{kExitUsage, OneLine(std::move(message))});
}

}  // namespace image_cache
