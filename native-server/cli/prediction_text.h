// What 'replay --predict' prints. Plain functions.
#pragma once

#include <string>

#include "native-server/replay/prediction.h"

namespace image_cache {

[[nodiscard]] std::string PredictionTable(const PredictionReport& report);
[[nodiscard]] std::string PredictionJson(const PredictionReport& report);

}  // namespace image_cache
