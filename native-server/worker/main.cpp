// image-cache-worker: decodes pictures for image-cache, which starts it, so that a picture which
// was made to take over a decoder finds itself in a process that can do nothing. Started by hand it
// has no socket, and says so.
#include <malloc.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>

#include "native-server/worker/jxl_operations.h"
#include "native-server/worker/service.h"
#include "native-server/worker/shrink.h"

namespace {

// Enough for 2^28 pixels that have to be decoded as a whole; a picture that needs more fails.
constexpr std::uint64_t kMemoryBytes = 2ULL << 30;
// The largest picture that an operation writes, and more.
constexpr std::uint64_t kOutputBytes = 1ULL << 30;
// Each thread's own arena would take 64 MiB of the address space.
constexpr int kMaxArenas = 2;

bool HasSocket() {
  int type = 0;
  socklen_t length = sizeof type;
  return ::getsockopt(image_cache::kWorkerSocket, SOL_SOCKET, SO_TYPE, &type, &length) == 0 &&
         type == SOCK_SEQPACKET;
}

}  // namespace

int main() {
  if (!HasSocket()) {
    (void)std::fputs(
        "image-cache-worker is started by image-cache, which needs it beside itself.\n", stderr);
    return 2;
  }
  (void)::mallopt(M_ARENA_MAX, kMaxArenas);  // NOLINT(concurrency-mt-unsafe): no thread has begun
  if (!image_cache::StartShrinking()) {
    (void)std::fputs("image-cache-worker: libvips cannot be initialised\n", stderr);
    return EXIT_FAILURE;
  }
  const image_cache::Operations operations = {
      {image_cache::WorkerOperation::kShrink, image_cache::Shrink},
      {image_cache::WorkerOperation::kCompressJpeg, image_cache::RunCompressJpeg},
      {image_cache::WorkerOperation::kRestoreJpeg, image_cache::RunRestoreJpeg},
  };
#ifdef __SANITIZE_ADDRESS__
  constexpr std::uint64_t kLimit = 0;  // its shadow takes terabytes of address space
#else
  constexpr std::uint64_t kLimit = kMemoryBytes;
#endif
  return image_cache::ServeRequests(operations,
                                    {.memory_bytes = kLimit, .output_bytes = kOutputBytes});
}
