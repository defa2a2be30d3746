#include "native-server/cli/warm_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/endpoints/prefetch_body.h"
#include "native-server/cli/text_file.h"

namespace image_cache {
namespace {

Outcome<std::string> ReadText(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  auto text = ReadTextFile(path);
  if (!text) return Failed(fmt::format("cannot read the list {}: {}", path, text.error()));
  return std::move(*text);
}

}  // namespace

Outcome<std::vector<PrefetchOrder>> ReadWarmList(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return tl::make_unexpected(text.error());
  const std::string name = path == "-" ? "standard input" : path;
  nlohmann::json list = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (list.is_discarded()) return Failed("the list " + name + " cannot be read as JSON");
  const bool single = !list.is_array();
  if (single) list = nlohmann::json::array({std::move(list)});

  std::vector<PrefetchOrder> orders;
  for (const nlohmann::json& item : list) {
    auto body = ReadPrefetchBody(item);
    if (!body) {
      const std::string place = single ? "" : fmt::format(", item {}", orders.size());
      return Failed(fmt::format("the list {}{}: {}", name, place, body.error().detail));
    }
    orders.push_back(std::move(body->order));
  }
  return orders;
}

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

}  // namespace image_cache
