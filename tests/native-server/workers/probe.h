// The operations of the probe worker, and what it tells of what it could do.
#pragma once

#include <cstdint>

#include "native-server/workers/worker_protocol.h"

namespace image_cache::testing {

inline constexpr auto kCopy = static_cast<WorkerOperation>(101);  // input to output
inline constexpr auto kHang = static_cast<WorkerOperation>(102);  // for ever, without any work
inline constexpr auto kSpin = static_cast<WorkerOperation>(103);  // for ever, with all the work
inline constexpr auto kCrash = static_cast<WorkerOperation>(104);
// Writes a byte to the input and ends, when that is empty; else does kCopy.
inline constexpr auto kCrashOnce = static_cast<WorkerOperation>(105);
inline constexpr auto kRefuse = static_cast<WorkerOperation>(106);  // with a detail of odd bytes
inline constexpr auto kBreakOut = static_cast<WorkerOperation>(107);
inline constexpr auto kAllocate = static_cast<WorkerOperation>(108);  // as many bytes as it is told
inline constexpr auto kTellPid = static_cast<WorkerOperation>(109);   // results[0]

inline constexpr auto kTellNice = static_cast<WorkerOperation>(110);  // results[0]

// What kBreakOut was able to do, as bits of results[0].
enum Escape : std::uint64_t {
  kOpenedFile = 1 << 0,
  kMadeFile = 1 << 1,
  kMadeSocket = 1 << 2,
  kForked = 1 << 3,
  kRanProgram = 1 << 4,
  kSignalled = 1 << 5,
  kReadMemory = 1 << 6,
  kRemoved = 1 << 7,
  kGotEnvironment = 1 << 8,
  kKeptThreads = 1 << 9,  // as it should
  kMappedCode = 1 << 10,
  kHadDescriptors = 1 << 11,  // of the server's
  kChangedLimits = 1 << 12,   // of the server's; so are the next
  kChangedPriority = 1 << 13,
  kChangedMode = 1 << 14,  // of a file by its name
  kChangedTimes = 1 << 15,
};

}  // namespace image_cache::testing
