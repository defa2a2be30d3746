// The codec of the worker's own functions, without its process: at once, on the caller's thread, or
// when it is told to.
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "native-server/services/compression/picture_codec.h"

namespace image_cache::testing {

class InProcessCodec final : public PictureCodec {
 public:
  void Run(CodecJob job, bool is_awaited, Callback done) override;

  // From now on jobs wait; Release does those that do.
  void Hold();
  void Release();
  // All of the jobs from now on end so, without being done.
  void FailWith(CodecError error);
  [[nodiscard]] std::size_t runs() const;
  [[nodiscard]] std::size_t waiting() const;

 private:
  mutable std::mutex mutex_;
  bool held_ = false;
  bool fails_ = false;
  CodecError error_ = CodecError::kFailed;
  std::size_t runs_ = 0;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace image_cache::testing
