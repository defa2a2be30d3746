#include "native-server/worker/jxl_operations.h"

#include "native-server/worker/file_bytes.h"
#include "native-server/worker/jxl.h"
#include "native-server/worker/service.h"

namespace image_cache {
namespace {

template <typename Convert>
WorkerAnswer Run(const WorkerRequest& request, int input_fd, int output_fd, Convert convert) {
  const auto input = ReadBytes(input_fd);
  if (!input) return Decline(WorkerStatus::kFailed, "the picture cannot be read");
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(input->data()),
                                            input->size());  // NOLINT: bytes are bytes
  const auto output = convert(bytes, static_cast<std::size_t>(request.parameters[0]));
  if (!output) return Decline(WorkerStatus::kRefused, output.error().detail);
  if (!WriteBytes(output_fd, output->data(), output->size())) {
    return Decline(WorkerStatus::kFailed, "the result cannot be written");
  }
  return {.status = WorkerStatus::kDone, .output_bytes = output->size()};
}

}  // namespace

WorkerAnswer RunCompressJpeg(const WorkerRequest& request, int input_fd, int output_fd) {
  return Run(request, input_fd, output_fd, CompressJpeg);
}

WorkerAnswer RunRestoreJpeg(const WorkerRequest& request, int input_fd, int output_fd) {
  return Run(request, input_fd, output_fd, RestoreJpeg);
}

}  // namespace image_cache
