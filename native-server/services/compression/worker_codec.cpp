#include "native-server/services/compression/worker_codec.h"

#include <chrono>
#include <utility>

namespace image_cache {
namespace {

// libjxl takes up to 0.2 seconds a megapixel; the largest pictures have 200 of them.
constexpr std::chrono::milliseconds kDeadline{60'000};
// With the lowest priority, on a machine that has much else to do.
constexpr std::chrono::milliseconds kBackgroundDeadline{600'000};

CodecError ErrorOf(WorkerError error) {
  switch (error) {
    case WorkerError::kRefused:
      return CodecError::kRefused;
    case WorkerError::kBusy:
      return CodecError::kBusy;
    case WorkerError::kCrashed:
    case WorkerError::kTooSlow:
      return CodecError::kLost;
    case WorkerError::kUnavailable:
    case WorkerError::kFailed:
    case WorkerError::kStopping:
      break;
  }
  return CodecError::kFailed;
}

}  // namespace

void WorkerCodec::Run(CodecJob job, bool is_awaited, Callback done) {
  WorkerJob work{.request = {},
                 .input = std::move(job.input),
                 .output = std::move(job.output),
                 .urgency = is_awaited ? WorkerUrgency::kDemand : WorkerUrgency::kBackground,
                 .deadline = is_awaited ? kDeadline : kBackgroundDeadline};
  work.request.operation = job.to == PictureForm::kCompressed ? WorkerOperation::kCompressJpeg
                                                              : WorkerOperation::kRestoreJpeg;
  work.request.parameters[0] = job.max_output_bytes;
  pool_.Run(std::move(work), [done = std::move(done)](Result<WorkerAnswer, WorkerError> answer) {
    if (!answer) return done(Fail(ErrorOf(answer.error().code), answer.error().detail));
    done(CodecAnswer{.output_bytes = answer->output_bytes, .cpu_us = answer->cpu_us});
  });
}

}  // namespace image_cache
