// Where the room for a picture is had from. Plain data.
#pragma once

namespace image_cache {

// Once the limits are near.
enum class Room {
  kByEvicting,  // others' pictures go for it
  kAsItIs,      // only what is free, beyond the headroom: for what nobody has asked for
};

}  // namespace image_cache
