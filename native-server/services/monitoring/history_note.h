// The history as bytes, to be kept with the index: see Store::SaveNote. Pure.
//
// A version, then for each step its number of points, then each point: how many steps it lies
// behind the one before, its counts in the order of kHistoryFields, and what was stored. Numbers
// are of 7 bits a byte, the lowest first, so a quiet day takes a few bytes: about 8 KiB at most in
// practice, and kMaxHistoryNoteBytes whatever was counted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "native-server/services/monitoring/history.h"

namespace image_cache {

inline constexpr std::size_t kMaxVarintBytes = 10;
inline constexpr std::size_t kMaxHistoryNoteBytes =
    1 + 3 * kMaxVarintBytes + (60 + 48 + 90) * (kHistoryFields.size() + 2) * kMaxVarintBytes;

[[nodiscard]] std::string WriteHistoryNote(const History& history);
// Nothing when it is none of ours: whatever the bytes are, reading them ends.
[[nodiscard]] std::optional<History> ReadHistoryNote(std::string_view note);

}  // namespace image_cache
