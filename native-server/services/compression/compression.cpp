#include "native-server/services/compression/compression.h"

namespace image_cache {

Compression::Compression(Store& store, WorkerPool& workers, const Clock& clock,
                         const std::optional<CompressorOptions>& options)
    : workers_(workers), codec_(workers), restoring_(store, codec_) {
  if (!options) return;
  compressor_ = std::make_unique<Compressor>(store, codec_, clock, *options,
                                             [this] { return restoring_.IsAwaited(); });
}

Compression::~Compression() {
  workers_.Stop();  // what the compressor waits for ends with it
  compressor_.reset();
}

CompressionStats Compression::Stats() const {
  CompressionStats stats{.compressor = {}, .restoring = restoring_.Stats()};
  if (compressor_) stats.compressor = compressor_->Stats();
  return stats;
}

}  // namespace image_cache
