#include "native-server/services/compression/compression.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace image_cache {
namespace {

// One is always left for who waits.
std::size_t Processes() {
  constexpr unsigned kFewest = 2;
  constexpr unsigned kMost = 4;
  return std::clamp(std::thread::hardware_concurrency(), kFewest, kMost);
}

}  // namespace

Compression::Compression(Store& store, const Clock& clock, std::string worker_program,
                         const std::optional<CompressorOptions>& options)
    : pool_(std::make_unique<WorkerPool>(
          WorkerPoolOptions{.program = std::move(worker_program), .processes = Processes()})),
      codec_(std::make_unique<WorkerCodec>(*pool_)),
      restoring_(std::make_unique<Restoring>(store, *codec_)) {
  if (!options) return;
  compressor_ = std::make_unique<Compressor>(store, *codec_, clock, *options,
                                             [this] { return restoring_->IsAwaited(); });
}

Compression::~Compression() {
  compressor_.reset();  // waits for the pool
  pool_.reset();        // calls back into what turns back
  restoring_.reset();
}

CompressionStats Compression::Stats() const {
  CompressionStats stats{.compressor = {}, .restoring = restoring_->Stats()};
  if (compressor_) stats.compressor = compressor_->Stats();
  return stats;
}

}  // namespace image_cache
