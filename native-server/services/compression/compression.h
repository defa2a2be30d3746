// Compression of cold pictures, put together: who turns pictures back, and who compresses them when
// that is wanted.
//
// Owned by main, and made only when it is wanted or something lies compressed already; thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "native-server/services/compression/compressor.h"
#include "native-server/services/compression/restoring.h"
#include "native-server/services/compression/worker_codec.h"
#include "native-server/workers/worker_pool.h"

namespace image_cache {

struct CompressionStats {
  std::optional<CompressorStats> compressor;  // nothing when nothing is compressed any more
  RestoreStats restoring;
};

class Compression {
 public:
  // Without options nothing is compressed, but what is so is turned back. What is referred to
  // outlives this.
  Compression(Store& store, WorkerPool& workers, const Clock& clock,
              const std::optional<CompressorOptions>& options);
  // Stops the workers: they call back.
  ~Compression();
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;

  [[nodiscard]] Restoring& restoring() { return restoring_; }
  [[nodiscard]] CompressionStats Stats() const;

 private:
  WorkerPool& workers_;
  WorkerCodec codec_;
  Restoring restoring_;
  std::unique_ptr<Compressor> compressor_;  // null without options
};

}  // namespace image_cache
