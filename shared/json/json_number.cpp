#include "shared/json/json_number.h"

#include <cmath>
#include <cstdint>

#include "shared/ascii.h"

namespace image_cache {
namespace {

// The digits of a number, read one after the other: as many as 64 bits hold, and the power of ten
// that is left.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
  bool is_exact = true;

  void Add(char digit, bool is_after_point) {
    const auto value = static_cast<std::uint64_t>(digit - '0');
    if (digits <= (UINT64_MAX - value) / 10 && is_exact) {
      digits = digits * 10 + value;
      exponent -= is_after_point ? 1 : 0;
    } else {
      is_exact = false;
      exponent += is_after_point ? 0 : 1;
    }
  }

  [[nodiscard]] double ToDouble() const {
    std::uint64_t left = digits;
    int power = exponent;
    // What is left of a whole number is whole, and each step exact.
    for (; power < 0 && left != 0 && left % 10 == 0; ++power) left /= 10;
    auto value = static_cast<double>(left);
    for (; power > 0 && value != 0 && std::isfinite(value); --power) value *= 10;
    for (; power < 0 && value != 0; ++power) value /= 10;
    return value;
  }
};

bool TakeOne(std::string_view& rest, std::string_view of) {
  if (rest.empty() || of.find(rest.front()) == std::string_view::npos) return false;
  rest.remove_prefix(1);
  return true;
}

// False when there is not one digit.
template <typename Take>
bool TakeDigits(std::string_view& rest, const Take& take) {
  if (rest.empty() || !IsAsciiDigit(rest.front())) return false;
  for (; !rest.empty() && IsAsciiDigit(rest.front()); rest.remove_prefix(1)) take(rest.front());
  return true;
}

bool TakeExponent(std::string_view& rest, int& exponent) {
  constexpr int kMost = 5000;  // beyond, every number is 0 or infinite
  const bool is_negative = !rest.empty() && rest.front() == '-';
  (void)TakeOne(rest, "+-");
  int value = 0;
  const bool is_whole = TakeDigits(rest, [&value](char digit) {
    if (value < kMost) value = value * 10 + (digit - '0');
  });
  exponent += is_negative ? -value : value;
  return is_whole;
}

}  // namespace

bool ReadJsonNumber(std::string_view& rest, JsonEvents& events) {
  const bool is_negative = TakeOne(rest, "-");
  Decimal decimal;
  if (!TakeOne(rest, "0") &&
      !TakeDigits(rest, [&decimal](char digit) { decimal.Add(digit, false); })) {
    return false;
  }
  bool is_integer = decimal.is_exact;
  if (TakeOne(rest, ".")) {
    is_integer = false;
    if (!TakeDigits(rest, [&decimal](char digit) { decimal.Add(digit, true); })) return false;
  }
  if (TakeOne(rest, "eE")) {
    is_integer = false;
    if (!TakeExponent(rest, decimal.exponent)) return false;
  }

  constexpr std::uint64_t kMostNegative = std::uint64_t{1} << 63;
  if (is_integer && !is_negative) return events.number_unsigned(decimal.digits);
  if (is_integer && decimal.digits <= kMostNegative) {
    return events.number_integer(static_cast<std::int64_t>(0 - decimal.digits));
  }
  const double value = decimal.ToDouble();
  return std::isfinite(value) && events.number_float(is_negative ? -value : value);
}

}  // namespace image_cache
