// Lossless JPEG XL of a JPEG and back: the operations kCompressJpeg and kRestoreJpeg, by libjxl.
//
// Parameter: the most bytes that the output may have. Results: none.
#pragma once

#include "native-server/workers/worker_protocol.h"

namespace image_cache {

// Refuses what libjxl cannot keep losslessly, or not in so few bytes.
[[nodiscard]] WorkerAnswer RunCompressJpeg(const WorkerRequest& request, int input_fd,
                                           int output_fd);
// Refuses what was not made from a JPEG, or from a larger one.
[[nodiscard]] WorkerAnswer RunRestoreJpeg(const WorkerRequest& request, int input_fd,
                                          int output_fd);

}  // namespace image_cache
