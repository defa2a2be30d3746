// What one commit has changed, as JSON: the elements of `changes` in docs/changes.md, without the
// brackets around them.
//
// Nothing stands for "more than is told": who follows the changes then takes a whole manifest.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/manifest/entry.h"

namespace image_cache {

inline constexpr std::size_t kMaxChangeTextBytes = 1 << 20;  // some 5,000 entries

using ChangeText = std::optional<std::string>;

// `replaced_paths`: for each entry the local path that its key had until now, or an empty one; no
// paths at all stand for empty ones.
[[nodiscard]] ChangeText TextOfPuts(const std::vector<Entry>& entries,
                                    const std::vector<std::string>& replaced_paths = {});
[[nodiscard]] ChangeText TextOfRemoved(const std::vector<Entry>& entries);
[[nodiscard]] ChangeText TextOfRemovedActor(std::string_view actor_id);
[[nodiscard]] ChangeText TextOfRemovedAll();

}  // namespace image_cache
