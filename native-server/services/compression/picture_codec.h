// Who turns a JPEG into lossless JPEG XL and back: the seam between what is compressed when, and
// the process in which it is done. Implementations are thread-safe.
#pragma once

#include <cstdint>
#include <functional>

#include "native-server/base/unique_fd.h"
#include "native-server/store/store.h"
#include "shared/result.h"

namespace image_cache {

enum class CodecError {
  kRefused,  // the input is nothing that this can be done with, or the output is over the limit
  kLost,     // its process has ended over it, or was too slow: the input's fault, or another's
  kBusy,     // too many wait
  kFailed,   // anything else; the input may be fine
};

struct CodecJob {
  PictureForm to = PictureForm::kCompressed;
  UniqueFd input;
  UniqueFd output;  // an empty file; the caller keeps another descriptor of it
  std::uint64_t max_output_bytes = 0;
};

struct CodecAnswer {
  std::uint64_t output_bytes = 0;
  std::uint64_t cpu_us = 0;
};

class PictureCodec {
 public:
  using Callback = std::function<void(Result<CodecAnswer, CodecError>)>;

  virtual ~PictureCodec() = default;
  // `is_awaited`: by a person, who goes before what nobody waits for. Calls back once, on any
  // thread, which must not be held up for long.
  virtual void Run(CodecJob job, bool is_awaited, Callback done) = 0;
};

}  // namespace image_cache
