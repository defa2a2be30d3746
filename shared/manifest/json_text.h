// JSON's strings and numbers, written without a tree: what the manifest's text and that of its
// changes are made of. Each appends to `text`.
#pragma once

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace image_cache {

// With its quotes. Bytes that are not UTF-8 are written as U+FFFD.
void AppendJsonString(std::string& text, std::string_view value);

template <typename Integer>
void AppendJsonNumber(std::string& text, Integer number) {
  std::array<char, 20> digits;  // the longest 64-bit number, with its sign
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

}  // namespace image_cache
