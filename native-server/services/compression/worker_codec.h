// The PictureCodec of the server: the worker processes, in which a picture that was made to take
// over libjxl can do nothing. Thread-safe.
#pragma once

#include "native-server/services/compression/picture_codec.h"
#include "native-server/workers/worker_pool.h"

namespace image_cache {

class WorkerCodec final : public PictureCodec {
 public:
  // `pool` outlives this.
  explicit WorkerCodec(WorkerPool& pool) : pool_(pool) {}

  void Run(CodecJob job, bool is_awaited, Callback done) override;

 private:
  WorkerPool& pool_;
};

}  // namespace image_cache
