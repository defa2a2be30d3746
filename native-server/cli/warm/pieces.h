// Pictures in the order in which a source tells of them, cut into the pieces that they are asked
// for in. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "native-server/services/prefetch/prefetch_order.h"

namespace image_cache {

// Of each order in turn; the parts of one keep its actor and priority.
[[nodiscard]] std::vector<PrefetchOrder> CutIntoPieces(std::vector<PrefetchOrder> orders,
                                                       std::size_t images_in_piece);

struct PictureOfActor {
  std::string actor_id;
  PrefetchOrder::Image image;
};
// One order for each actor, in the order of their first pictures.
[[nodiscard]] std::vector<PrefetchOrder> GroupByActor(std::vector<PictureOfActor> pictures);

}  // namespace image_cache
