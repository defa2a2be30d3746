#include "native-server/worker/shrink.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "native-server/worker/file_bytes.h"
#include "native-server/worker/service.h"
#include "native-server/worker/vips_handles.h"

namespace image_cache {
namespace {

// At 80 a photograph shows no difference at this size.
constexpr int kQuality = 80;
constexpr int kOpaque = 255;

// Of all that libvips can read, what browsers show and strangers send. Its own flag for what is
// fit for strangers' files is not enough: it leaves a dozen formats.
constexpr const char* kLoaders[] = {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                    "VipsForeignLoadWebp", "VipsForeignLoadNsgif"};

struct Output {
  VipsBytes bytes;
  std::size_t size_bytes = 0;
};

// libvips' own words, in one line. They speak of formats and pixels, of no file.
WorkerAnswer Refuse() {
  const std::string words = vips_error_buffer();
  vips_error_clear();
  return Decline(WorkerStatus::kRefused, words.substr(0, words.find('\n')));
}

bool IsAnimated(VipsImage* image) { return vips_image_get_n_pages(image) > 1; }

// Of the picture as it is to be seen: an orientation of 5 and more stands on its side.
int UprightWidth(VipsImage* image) {
  return vips_image_get_orientation_swap(image) ? vips_image_get_height(image)
                                                : vips_image_get_width(image);
}

// Where the colours are not those of the screen that everybody assumes, they are turned into them.
// Not otherwise: libvips would take a picture without a profile through a space that is none of
// its own, and what is dark in it would be darker afterwards.
bool NeedsProfile(VipsImage* image) {
  return vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0 ||
         vips_image_get_interpretation(image) == VIPS_INTERPRETATION_CMYK;
}

VipsImagePtr Thumbnail(const std::vector<char>& input, int width, bool needs_profile) {
  // Of a broken picture nothing is made: the browser shows what it can. Only the width is bounded.
  // Decoded at a fraction of the size already where the format can. libvips 8.14 hands its option
  // fail_on on to the loader of a file, and forgets it for a buffer's: so it stands in the
  // loader's.
  VipsImagePtr lazy = MakeImage([&](VipsImage** made) {
    return vips_thumbnail_buffer(const_cast<char*>(input.data()), input.size(), made, width,
                                 "height", VIPS_MAX_COORD, "size", VIPS_SIZE_DOWN, "option_string",
                                 "[fail_on=error]", needs_profile ? "export_profile" : nullptr,
                                 "srgb", nullptr);
  });
  // Sixteen bits a channel become eight.
  if (lazy && !needs_profile) {
    lazy = MakeImage([&](VipsImage** made) {
      return vips_colourspace(lazy.get(), made, VIPS_INTERPRETATION_sRGB, nullptr);
    });
  }
  // Looked at more than once, and small.
  return lazy ? VipsImagePtr(vips_image_copy_memory(lazy.get())) : nullptr;
}

bool IsTransparent(VipsImage* image) {
  if (!vips_image_hasalpha(image)) return false;
  const VipsImagePtr alpha = MakeImage([&](VipsImage** made) {
    return vips_extract_band(image, made, vips_image_get_bands(image) - 1, nullptr);
  });
  double least = 0;
  return !alpha || vips_min(alpha.get(), &least, nullptr) != 0 || least < kOpaque;
}

Output SaveAsWebp(VipsImage* image) {
  void* bytes = nullptr;
  Output output;
  if (vips_webpsave_buffer(image, &bytes, &output.size_bytes, "Q", kQuality, "strip", TRUE,
                           nullptr) == 0) {
    output.bytes.reset(bytes);
  }
  return output;
}

// Of an image that has an alpha channel without any transparency the colours are taken.
Output SaveAsJpeg(VipsImage* image) {
  void* bytes = nullptr;
  Output output;
  if (vips_jpegsave_buffer(image, &bytes, &output.size_bytes, "Q", kQuality, "strip", TRUE,
                           "optimize_coding", TRUE, nullptr) == 0) {
    output.bytes.reset(bytes);
  }
  return output;
}

}  // namespace

bool StartShrinking() {
  // ImageMagick, Poppler and others are modules of libvips that take long to load and are never to
  // see a picture; in a folder that is not there none is found.
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread has begun yet
  if (::setenv("VIPSHOME", "/nonexistent", 1) != 0) return false;
  // Nor is code made while it runs, which liborc ends the process for where it is refused: by this
  // process from its first request on, and by a service manager before (MemoryDenyWriteExecute).
  // NOLINTNEXTLINE(concurrency-mt-unsafe): as above
  if (::setenv("VIPS_NOVECTOR", "1", 1) != 0) return false;
  // What is wrong with a stranger's picture is no matter for the server's log.
  g_log_set_default_handler([](const char*, GLogLevelFlags, const char*, void*) {}, nullptr);
  if (VIPS_INIT("image-cache-worker") != 0) return false;
  // One picture after the other: the processes are what runs side by side.
  vips_concurrency_set(1);
  // Nothing of one picture is there when the next one comes.
  vips_cache_set_max(0);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : kLoaders) vips_operation_block_set(loader, FALSE);
  return true;
}

WorkerAnswer Shrink(const WorkerRequest& request, int input_fd, int output_fd) {
  const auto input = ReadBytes(input_fd);
  if (!input) return Decline(WorkerStatus::kFailed, "the picture cannot be read");
  const VipsImagePtr head(vips_image_new_from_buffer(input->data(), input->size(), "", nullptr));
  if (!head) return Refuse();
  const auto pixels = static_cast<std::uint64_t>(vips_image_get_width(head.get())) *
                      static_cast<std::uint64_t>(vips_image_get_page_height(head.get()));
  if (pixels > request.parameters[1]) {
    return Decline(WorkerStatus::kRefused, "the picture has too many pixels");
  }
  const int width = static_cast<int>(request.parameters[0]);
  WorkerAnswer answer{.status = WorkerStatus::kDone};
  if (UprightWidth(head.get()) <= width || IsAnimated(head.get())) return answer;

  const VipsImagePtr image = Thumbnail(*input, width, NeedsProfile(head.get()));
  if (!image) return Refuse();
  const bool is_transparent = IsTransparent(image.get());
  const Output output = is_transparent ? SaveAsWebp(image.get()) : SaveAsJpeg(image.get());
  if (!output.bytes) return Refuse();
  if (output.size_bytes >= input->size()) return answer;
  if (!WriteBytes(output_fd, output.bytes.get(), output.size_bytes)) {
    return Decline(WorkerStatus::kFailed, "the smaller picture cannot be written");
  }
  answer.output_bytes = output.size_bytes;
  answer.results[0] =
      static_cast<std::uint64_t>(is_transparent ? ShrunkType::kWebp : ShrunkType::kJpeg);
  answer.results[1] = static_cast<std::uint64_t>(vips_image_get_width(image.get()));
  answer.results[2] = static_cast<std::uint64_t>(vips_image_get_height(image.get()));
  return answer;
}

}  // namespace image_cache
