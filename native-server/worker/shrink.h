// A smaller picture from a picture: the operation kShrink, by libvips.
//
// Parameters: the width in pixels; the most pixels that the input may have. Answers kDone with no
// output bytes when the picture is best served as it is: not wider than that, animated, or smaller
// as a file already. Otherwise results: the output's ShrunkType, its width and its height.
//
// Upright (the orientation is applied), in sRGB, without any metadata. JPEG, or WebP where anything
// is transparent.
#pragma once

#include "native-server/workers/shrunk_type.h"
#include "native-server/workers/worker_protocol.h"

namespace image_cache {

// Once, before any picture and before the process is confined. False: libvips does not work here.
[[nodiscard]] bool StartShrinking();

// Refuses what is no JPEG, PNG, WebP or GIF, or is broken or too large.
[[nodiscard]] WorkerAnswer Shrink(const WorkerRequest& request, int input_fd, int output_fd);

}  // namespace image_cache
