// What a comparison of the entries with the files has found, so far or in all. Plain data.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

enum class FindingKind {
  kMissingFile,   // an entry, but no file
  kWrongSize,     // a file of another size than the entry says
  kWrongContent,  // the right size, but another SHA-256 or no picture
  kUnreadable,    // the disk cannot give the file's bytes
  kOrphan,        // a file of ours, but no entry; of smaller pictures: none that is kept
  kLeftover,      // a temporary file that nobody writes any more
  kSmaller,     // a smaller picture whose content is not what its name says; made anew when wanted
  kNotAdopted,  // in an earlier system's manifest.json, but not to be taken over
};
inline constexpr std::size_t kFindingKinds = 8;

struct Findings {
  static constexpr std::size_t kExamples = 5;

  std::uint64_t found = 0;
  std::uint64_t repaired = 0;
  std::vector<std::string> examples;  // the first kExamples: local paths or names
};

struct VerifyReport {
  enum class State { kRunning, kDone, kCancelled, kFailed };

  State state = State::kRunning;
  bool repair = false;
  std::uint64_t entries_total = 0, bytes_total = 0;  // at the start
  std::uint64_t entries_checked = 0, bytes_checked = 0;
  std::uint64_t unknown = 0;  // could not be looked at: no descriptor left, no permission
  std::uint64_t foreign = 0;  // files that are not ours: an operator's own, left alone
  std::int64_t elapsed_ms = 0;
  std::array<Findings, kFindingKinds> by_kind;
  std::string failure;  // why it failed, for people

  [[nodiscard]] Findings& Of(FindingKind kind) { return by_kind[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const Findings& Of(FindingKind kind) const {
    return by_kind[static_cast<std::size_t>(kind)];
  }
  // Found and not repaired.
  [[nodiscard]] std::uint64_t left() const {
    std::uint64_t sum = 0;
    for (const Findings& findings : by_kind) sum += findings.found - findings.repaired;
    return sum;
  }
};

}  // namespace image_cache
