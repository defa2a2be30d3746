// What can be wrong with what a request says, before anything was done about it.
#pragma once

namespace image_cache {

enum class RequestError {
  kNotJson,
  kInvalid,  // a field or parameter is missing or has the wrong type; the detail names it
  kInvalidActorId,
  kTooManyImages,
};

}  // namespace image_cache
