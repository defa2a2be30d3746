// What a disk can suffer from: the errors of the system in classes that an operator can act on.
#pragma once

#include <optional>
#include <string_view>

#include "native-server/store/health/health_report.h"
#include "native-server/store/store.h"

namespace image_cache {

// Nothing for errors that are an answer and no sickness: a name that is there, or is not, or is of
// another kind than was expected.
[[nodiscard]] std::optional<Sickness> SicknessOf(int error);
// Of an index that could not be written.
[[nodiscard]] Sickness SicknessOf(StoreError error);

// "the disk is full". Begins a sentence's second half.
[[nodiscard]] std::string_view Describe(Sickness sickness);

}  // namespace image_cache
