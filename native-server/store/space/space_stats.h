// What the space keeper, and the room of smaller pictures, tell of themselves. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace image_cache {

// How the space is used, and what is done for it.
struct SpaceStats {
  std::uint64_t used_bytes = 0;  // of --max-size: all that the folder may take by now
  std::uint64_t reserved_bytes = 0;
  std::uint64_t housekeeping_bytes = 0;  // of the used: what is no picture
  std::uint64_t headroom_bytes = 0;      // kept free ahead of need, once the limit is near
  std::uint64_t evictions_in_need = 0;   // actors, while a download waited for the room
  std::uint64_t evictions_ahead = 0;     // actors, before anybody waited
  std::uint64_t openings = 0;            // of actors, over all runs
  std::uint64_t probation_bytes = 0;     // of actors that were prefetched and never opened
  std::uint64_t probation_max_bytes = 0;
  std::size_t remembered_actors = 0;  // opened, without pictures now
  std::size_t remembered_max_actors = 0;
};

// See SmallerPictures.
struct SmallerStats {
  std::size_t pictures = 0, max_pictures = 0;
  std::uint64_t bytes = 0, max_bytes = 0;  // on the disk
  std::uint64_t evicted = 0;               // pictures, for the sake of newer ones
};

}  // namespace image_cache
