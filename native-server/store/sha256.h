// SHA-256 of bytes that come in pieces, by OpenSSL. Used by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace image_cache {

using Sha256Digest = std::array<unsigned char, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::span<const char> bytes);
  // REQUIRES: called once; no Update after it.
  [[nodiscard]] Sha256Digest Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

[[nodiscard]] Sha256Digest Sha256Of(std::string_view text);

// Lower case, two digits a byte.
[[nodiscard]] std::string ToHex(std::span<const unsigned char> bytes);

}  // namespace image_cache
