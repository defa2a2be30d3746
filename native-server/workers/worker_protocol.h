// What the server and its worker process say to each other.
//
// Both are built from this file and run on one machine, so a message is the structure's bytes. The
// first message is the worker's Hello, which tells whether it was built from the same file. Then
// each request is answered by one answer. The files come with the request, as descriptors
// (SCM_RIGHTS): the worker opens nothing by name. The server believes nothing of an answer that it
// has not checked: whoever wrote a picture may have taken over the process that decodes it.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace image_cache {

// The descriptor that the worker finds its socket at: sequenced packets, so a message is whole.
inline constexpr int kWorkerSocket = 3;

// Grows with every change to this file.
inline constexpr std::uint64_t kWorkerProtocol = 0x696d'6763'0000'0003;

enum class WorkerOperation : std::uint32_t {
  // Of a picture, a smaller one: see worker/shrink.h.
  kShrink = 1,
  // Of a JPEG, lossless JPEG XL, and back: see worker/jxl_operations.h.
  kCompressJpeg = 2,
  kRestoreJpeg = 3,
};

struct WorkerHello {
  std::uint64_t protocol = kWorkerProtocol;
  // Whether the kernel took the filter of system calls.
  std::uint32_t is_filtered = 0;
  std::uint32_t unused = 0;
};

// Comes with two descriptors: the input, open for reading, and the output, an empty file that is
// open for writing.
struct WorkerRequest {
  WorkerOperation operation{};
  std::uint32_t cpu_seconds = 0;  // more of the processor's time end the process
  std::array<std::uint64_t, 4> parameters{};
  // Nobody waits for it: done when nobody else wants the processor or the disk.
  std::uint32_t is_background = 0;
  std::uint32_t unused = 0;
};

enum class WorkerStatus : std::uint32_t {
  kDone = 1,
  kRefused,  // the input is nothing that the operation can be done with
  kFailed,   // the input may be fine: no memory, a file that cannot be written
};

struct WorkerAnswer {
  WorkerStatus status = WorkerStatus::kFailed;
  std::uint32_t unused = 0;
  std::uint64_t output_bytes = 0;
  std::array<std::uint64_t, 4> results{};
  std::uint64_t cpu_us = 0;        // that the work took
  std::array<char, 160> detail{};  // of a failure: for people, ends in a zero
};

static_assert(std::is_trivially_copyable_v<WorkerHello>);
static_assert(std::is_trivially_copyable_v<WorkerRequest>);
static_assert(std::is_trivially_copyable_v<WorkerAnswer>);

}  // namespace image_cache
