// How well the store is, for whoever is to know: /readyz, the metrics, the statistics.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace image_cache {

enum class HealthState {
  kHealthy,
  kDegraded,  // what is stored is served; nothing new is stored
  kOff,       // nothing can be read either
};

// What a disk suffers from, in classes that an operator can act on.
enum class Sickness {
  kFull,         // ENOSPC (no blocks or no inodes), EDQUOT
  kReadOnly,     // EROFS, EACCES, EPERM
  kIo,           // EIO and its kin
  kDescriptors,  // EMFILE, ENFILE
  kMemory,       // ENOMEM
  kSlow,         // no error, but one system call took longer than kSlowWrite
};
inline constexpr std::size_t kSicknesses = 6;

struct StoreHealthReport {
  HealthState state = HealthState::kHealthy;
  std::string reason;  // "the disk is full"; empty when it is healthy
  std::uint64_t transitions = 0;
  std::uint64_t probes_succeeded = 0;
  std::uint64_t probes_failed = 0;
  std::array<std::uint64_t, kSicknesses> errors{};  // by Sickness
};

// "degraded"; "read_only". Part of the contract: they are labels of metrics.
[[nodiscard]] std::string_view NameOf(HealthState state);
[[nodiscard]] std::string_view NameOf(Sickness sickness);

}  // namespace image_cache
