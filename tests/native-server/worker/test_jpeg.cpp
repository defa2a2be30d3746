#include "tests/native-server/worker/test_jpeg.h"

#include <cstdio>
#include <cstdlib>
#include <random>
// Behind <cstdio>, which it needs.
#include <jpeglib.h>

namespace image_cache::testing {

PictureBytes NoisyJpeg(unsigned width, unsigned height, unsigned noise) {
  jpeg_compress_struct compress{};
  jpeg_error_mgr errors{};
  compress.err = jpeg_std_error(&errors);
  jpeg_create_compress(&compress);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): libjpeg's
  jpeg_mem_dest(&compress, &bytes, &size);
  compress.image_width = width;
  compress.image_height = height;
  compress.input_components = 3;
  compress.in_color_space = JCS_RGB;
  jpeg_set_defaults(&compress);
  jpeg_start_compress(&compress, TRUE);
  std::minstd_rand random(1);
  PictureBytes row(std::size_t{3} * width);
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      for (unsigned channel = 0; channel < 3; ++channel) {
        const unsigned level = (x * (channel + 1) + y) / 16 % 200;
        row[std::size_t{3} * x + channel] =
            static_cast<std::uint8_t>(level + (noise == 0 ? 0 : random() % noise));
      }
    }
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&compress, rows, 1);
  }
  jpeg_finish_compress(&compress);
  PictureBytes jpeg(bytes, bytes + size);
  jpeg_destroy_compress(&compress);
  std::free(bytes);
  return jpeg;
}

}  // namespace image_cache::testing
