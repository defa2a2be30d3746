// Where `image-cache warm` has its pictures from: a list in a file, standard input, a folder of a
// bucket.
//
// Each is read as it is worked off, so that none has to fit into memory; but for JSON, which is
// read as a whole. Used by one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"
#include "native-server/services/prefetch/prefetch_order.h"

namespace image_cache {

// Enough for all downloads to run at once, few enough for a bar that moves.
inline constexpr std::size_t kImagesInPiece = 32;
// How many pictures of a long source are read, and sorted by actor, together.
inline constexpr std::size_t kImagesInBatch = 1000;

class WarmSource {
 public:
  virtual ~WarmSource() = default;
  // The next pieces, of up to kImagesInPiece pictures of one actor each; none at the end. Blocks.
  [[nodiscard]] virtual Outcome<std::vector<PrefetchOrder>> Next() = 0;
  // Nothing when that is known at the end only.
  [[nodiscard]] virtual std::optional<std::size_t> Total() const = 0;
  // What was left out, for people: "3 names that are no picture's"; empty when nothing was.
  [[nodiscard]] virtual std::string LeftOut() const = 0;
};

// What settings.warm_file names: a file, "-", or s3://bucket/prefix/.
[[nodiscard]] Outcome<std::unique_ptr<WarmSource>> OpenWarmSource(const Settings& settings);

// The kinds.
[[nodiscard]] Outcome<std::unique_ptr<WarmSource>> OpenListSource(const Settings& settings);
[[nodiscard]] Outcome<std::unique_ptr<WarmSource>> OpenBucketSource(const Settings& settings);

}  // namespace image_cache
