// Why a command ended without having done its work: one line for people and the exit code.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace image_cache {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

struct Failure {
  int exit_code = kExitFailed;
  std::string message;  // says what is wrong and what to do; one line, without a final newline
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

[[nodiscard]] inline auto Failed(std::string message) {
  return tl::make_unexpected(Failure{kExitFailed, std::move(message)});
}
[[nodiscard]] inline auto WrongUsage(std::string message) {
  return tl::make_unexpected(Failure{kExitUsage, std::move(message)});
}

}  // namespace image_cache
