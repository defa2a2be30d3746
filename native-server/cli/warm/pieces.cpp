#include "native-server/cli/warm/pieces.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace image_cache {

std::vector<PrefetchOrder> CutIntoPieces(std::vector<PrefetchOrder> orders,
                                         std::size_t images_in_piece) {
  std::vector<PrefetchOrder> pieces;
  for (PrefetchOrder& order : orders) {
    for (std::size_t begin = 0; begin < order.images.size(); begin += images_in_piece) {
      const std::size_t end = std::min(begin + images_in_piece, order.images.size());
      PrefetchOrder& piece = pieces.emplace_back();
      piece.actor_id = order.actor_id;
      piece.priority = order.priority;
      for (std::size_t i = begin; i < end; ++i) piece.images.push_back(std::move(order.images[i]));
    }
  }
  return pieces;
}

std::vector<PrefetchOrder> GroupByActor(std::vector<PictureOfActor> pictures) {
  std::vector<PrefetchOrder> orders;
  std::unordered_map<std::string, std::size_t> order_of;
  for (PictureOfActor& picture : pictures) {
    const auto [found, is_new] = order_of.try_emplace(picture.actor_id, orders.size());
    if (is_new) orders.push_back({.actor_id = std::move(picture.actor_id), .images = {}});
    orders[found->second].images.push_back(std::move(picture.image));
  }
  return orders;
}

}  // namespace image_cache
