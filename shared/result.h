// Result<T, Code>: a value, or an error of one domain.
//
// Every domain of shared/ has one small `enum class` of codes (UrlError, PathError, ManifestError).
// Expected failures travel as values; exceptions mean "never expected", and the WebAssembly build
// is compiled without them.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace image_cache {

// What went wrong, as a code that a program can act on and a detail that a person can read. The
// detail never holds a credential, a signature or a path of the machine: it may be sent to a
// client.
template <typename Code>
struct Error {
  Code code;
  std::string detail;

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T, typename Code>
using Result = tl::expected<T, Error<Code>>;

template <typename Code>
[[nodiscard]] auto Fail(Code code, std::string detail) {
  return tl::make_unexpected(Error<Code>{code, std::move(detail)});
}

}  // namespace image_cache
