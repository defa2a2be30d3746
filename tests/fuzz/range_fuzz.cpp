// Any text as a Range of a resource of any size: what is sent lies within it, and is what a slow
// reader makes of RFC 9110 §14.1.2.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include "native-server/http/message/range.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

using Number = unsigned __int128;  // no range of a header that fits here overflows it
constexpr std::size_t kMaxDigits = 38;

std::optional<Number> Value(const std::string& digits) {
  if (digits.size() > kMaxDigits) return std::nullopt;
  Number value = 0;
  for (const char c : digits) value = value * 10 + static_cast<Number>(c - '0');
  return value;
}

// Nothing: the numbers are longer than this reads.
std::optional<RangeAnswer> Reference(const std::string& header, std::uint64_t size_bytes) {
  static const std::regex bytes("[bB][yY][tT][eE][sS]=([^,]*)");
  static const std::regex spec("[ \t]*([0-9]*)-([0-9]*)[ \t]*");
  const RangeAnswer whole{};
  const RangeAnswer refused{.kind = RangeAnswer::Kind::kUnsatisfiable};
  std::smatch unit, numbers;
  if (!std::regex_match(header, unit, bytes)) return whole;
  const std::string range = unit[1];
  if (!std::regex_match(range, numbers, spec)) return refused;
  const std::string first_digits = numbers[1], last_digits = numbers[2];
  const auto first = Value(first_digits), last = Value(last_digits);
  if (!first || !last) return std::nullopt;
  Number begin = *first, end = size_bytes;
  if (first_digits.empty()) {
    if (last_digits.empty() || *last == 0) return refused;
    begin = *last >= size_bytes ? 0 : size_bytes - *last;
  } else if (!last_digits.empty()) {
    if (*last < *first) return refused;
    if (*last + 1 < end) end = *last + 1;
  }
  if (begin >= end) return refused;
  return RangeAnswer{.kind = RangeAnswer::Kind::kPart,
                     .offset = static_cast<std::uint64_t>(begin),
                     .length = static_cast<std::uint64_t>(end - begin)};
}

void Check(const std::string& header, std::uint64_t size_bytes) {
  const RangeAnswer answer = ParseRange(header, size_bytes);
  if (answer.kind == RangeAnswer::Kind::kPart) {
    REQUIRE(answer.length > 0);
    REQUIRE(answer.offset < size_bytes);
    REQUIRE(answer.length <= size_bytes - answer.offset);
  }
  const bool one_line = header.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
  if (const auto expected = Reference(header, size_bytes); expected && one_line) {
    REQUIRE(answer == *expected);
  }
}

}  // namespace

// The size, 8 bytes in the machine's order, and the header's value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint64_t size_bytes = 0;
  if (size < sizeof(size_bytes) || size > 256) return 0;  // std::regex recurses
  std::memcpy(&size_bytes, data, sizeof(size_bytes));
  const std::string header(reinterpret_cast<const char*>(data) + sizeof(size_bytes),
                           size - sizeof(size_bytes));
  Check(header, size_bytes);
  Check("bytes=" + header, size_bytes % 1000);
  return 0;
}
