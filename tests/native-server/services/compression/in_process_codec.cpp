#include "tests/native-server/services/compression/in_process_codec.h"

#include <memory>
#include <utility>

#include "native-server/worker/jxl_operations.h"

namespace image_cache::testing {
namespace {

Result<CodecAnswer, CodecError> Do(const CodecJob& job) {
  WorkerRequest request;
  request.parameters[0] = job.max_output_bytes;
  const auto run = job.to == PictureForm::kCompressed ? RunCompressJpeg : RunRestoreJpeg;
  const WorkerAnswer answer = run(request, job.input.get(), job.output.get());
  if (answer.status != WorkerStatus::kDone) return Fail(CodecError::kRefused, answer.detail.data());
  return CodecAnswer{.output_bytes = answer.output_bytes, .cpu_us = 1000};
}

}  // namespace

void InProcessCodec::Run(CodecJob job, bool, Callback done) {
  bool fails = false;
  {
    const std::lock_guard lock(mutex_);
    ++runs_;
    fails = fails_;
    if (held_) {
      auto kept = std::make_shared<CodecJob>(std::move(job));
      waiting_.emplace_back([kept, done = std::move(done)] { done(Do(*kept)); });
      return;
    }
  }
  if (fails) return done(Fail(error_, "told to fail"));
  done(Do(job));
}

void InProcessCodec::Hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void InProcessCodec::Release() {
  std::deque<std::function<void()>> jobs;
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
    jobs.swap(waiting_);
  }
  for (const auto& job : jobs) job();
}

void InProcessCodec::FailWith(CodecError error) {
  const std::lock_guard lock(mutex_);
  fails_ = true;
  error_ = error;
}

std::size_t InProcessCodec::runs() const {
  const std::lock_guard lock(mutex_);
  return runs_;
}

std::size_t InProcessCodec::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace image_cache::testing
