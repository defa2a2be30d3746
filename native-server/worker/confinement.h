// What this process gives up before it looks at anything that a stranger has made.
//
// Called once, by main, before the first request and when all libraries are initialised: nothing
// can be opened, connected, started or looked into any more, and that cannot be undone.
#pragma once

#include <cstdint>

namespace image_cache {

struct ConfinementLimits {
  std::uint64_t memory_bytes = 0;  // address space; 0: as it is
  std::uint64_t output_bytes = 0;  // that one file may grow to
};

// Whether the kernel filters system calls from now on. The rest holds in any case; a process that
// could not have it is ended.
[[nodiscard]] bool Confine(const ConfinementLimits& limits);

// The process is ended when it uses so many seconds of the processor from now on.
void LimitProcessorTime(std::uint32_t seconds);

}  // namespace image_cache
