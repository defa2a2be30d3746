#include "native-server/api/compression.h"

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace image_cache {
namespace {

// Each is read back by the library's own decoder.
class CompressionTest : public testing::Test {
 protected:
  CompressionTest() {
    for (int i = 0; i < 5000; ++i) text_ += "\"entry " + std::to_string(i * 7919) + "\",";
    decoded_.resize(text_.size());
  }
  std::string text_;
  std::string decoded_;
};

TEST_F(CompressionTest, Gzip) {
  std::string packed = Compress(text_, ContentEncoding::kGzip);
  EXPECT_LT(packed.size(), text_.size() / 2);
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(decoded_.data());
  stream.avail_out = static_cast<uInt>(decoded_.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  EXPECT_EQ(decoded_, text_);
}

TEST_F(CompressionTest, Brotli) {
  const std::string packed = Compress(text_, ContentEncoding::kBrotli);
  EXPECT_LT(packed.size(), text_.size() / 2);
  std::size_t size = decoded_.size();
  EXPECT_EQ(
      BrotliDecoderDecompress(packed.size(), reinterpret_cast<const std::uint8_t*>(packed.data()),
                              &size, reinterpret_cast<std::uint8_t*>(decoded_.data())),
      BROTLI_DECODER_RESULT_SUCCESS);
  EXPECT_EQ(size, text_.size());
  EXPECT_EQ(decoded_, text_);
}

TEST_F(CompressionTest, Zstd) {
  const std::string packed = Compress(text_, ContentEncoding::kZstd);
  EXPECT_LT(packed.size(), text_.size() / 2);
  EXPECT_EQ(ZSTD_decompress(decoded_.data(), decoded_.size(), packed.data(), packed.size()),
            text_.size());
  EXPECT_EQ(decoded_, text_);
}

}  // namespace
}  // namespace image_cache
