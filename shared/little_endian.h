// Numbers as bytes, the lowest first, on any machine: what the forms on the disk are written in.
//
// Plain functions and a reader; used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace image_cache {

template <typename Number>
void PutLittleEndian(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i) {
    bytes += static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
  }
}

// A float by its IEEE 754 bits. (std::bit_cast is not in the module's standard library yet.)
inline void PutFloat(std::string& bytes, float number) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  PutLittleEndian(bytes, bits);
}

// Takes values off the front of the bytes; after the end everything is 0 and `whole` is false.
class LittleEndianReader {
 public:
  explicit LittleEndianReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view Text(std::size_t size) {
    if (size > rest_.size()) {
      whole_ = false;
      return {};
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  template <typename Number>
  Number Take() {
    Number number = 0;
    const std::string_view text = Text(sizeof number);
    for (std::size_t i = 0; i < text.size(); ++i) {
      number = static_cast<Number>(number | static_cast<Number>(static_cast<unsigned char>(text[i]))
                                                << (8 * i));
    }
    return number;
  }

  float TakeFloat() {
    const auto bits = Take<std::uint32_t>();
    float number = 0;
    std::memcpy(&number, &bits, sizeof number);
    return number;
  }

  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] bool whole() const { return whole_; }

 private:
  std::string_view rest_;
  bool whole_ = true;
};

}  // namespace image_cache
