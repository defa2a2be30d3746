// strtod, as far as JSON needs it, in place of the C library's.
//
// The library's rounds every decimal correctly and reads hexadecimal ones too, in 128-bit
// arithmetic that WebAssembly has no instructions for: 7 kB (gzip) that every page would download.
// The core takes a number with a point or an exponent only when it is whole and below 2^53
// ("1729176000000.0", "1.729176e12"); those come out exact here, and too large ones infinite.
#include <cmath>
#include <cstdint>

#include "shared/ascii.h"

namespace {

// The exponent's digits, bounded: beyond, every number is 0 or infinite.
int ReadExponent(const char*& text) {
  constexpr int kMost = 5000;
  const bool is_negative = *text == '-';
  if (*text == '-' || *text == '+') ++text;
  int exponent = 0;
  for (; image_cache::IsAsciiDigit(*text); ++text) {
    if (exponent < kMost) exponent = exponent * 10 + (*text - '0');
  }
  return is_negative ? -exponent : exponent;
}

}  // namespace

// REQUIRES: the text begins with a number of JSON (RFC 8259 §6).
extern "C" double strtod(const char* text, char** end) {
  constexpr std::uint64_t kMostDigits = UINT64_MAX / 10 - 1;
  const bool is_negative = *text == '-';
  if (is_negative) ++text;
  std::uint64_t digits = 0;
  int exponent = 0;
  bool in_fraction = false;
  for (; image_cache::IsAsciiDigit(*text) || *text == '.'; ++text) {
    if (*text == '.') {
      in_fraction = true;
    } else if (digits < kMostDigits) {
      digits = digits * 10 + static_cast<std::uint64_t>(*text - '0');
      exponent -= in_fraction ? 1 : 0;
    } else {
      exponent += in_fraction ? 0 : 1;
    }
  }
  if (*text == 'e' || *text == 'E') exponent += ReadExponent(++text);
  if (end != nullptr) *end = const_cast<char*>(text);

  // What is left of a whole number is whole, and each step exact.
  for (; exponent < 0 && digits != 0 && digits % 10 == 0; ++exponent) digits /= 10;
  auto value = static_cast<double>(digits);
  for (; exponent > 0 && value != 0 && std::isfinite(value); --exponent) value *= 10;
  for (; exponent < 0 && value != 0; ++exponent) value /= 10;
  return is_negative ? -value : value;
}

// In the library they share an object with the one above, which would come with them. Nobody calls
// them: the core reads no other numbers.
extern "C" float strtof(const char* /*text*/, char** /*end*/) { __builtin_trap(); }
extern "C" long double strtold(const char* /*text*/, char** /*end*/) { __builtin_trap(); }
