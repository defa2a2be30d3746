// The objects that are being fetched, by key, with who waits for each.
//
// Plain data; FetchService guards it with its lock, and calls nobody while it holds that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "native-server/services/fetch_service.h"

namespace image_cache {

struct Waiter {
  std::uint64_t number;  // as in its FetchTicket
  FetchCallback done;
};

// One download, from the request that starts it until all who wait are told.
struct Flight {
  FetchRequest request;  // of the one that started it
  std::string key;
  Urgency urgency = Urgency::kNormal;      // the most urgent that was asked for
  std::optional<Downloader::Id> download;  // nothing until it is started
  bool forgotten = false;                  // not to be published
  bool whole = false;                      // downloaded, and being published
  std::vector<Waiter> waiting;
};

using FlightPtr = std::shared_ptr<Flight>;
using FlightsByKey = std::unordered_map<std::string, FlightPtr>;

}  // namespace image_cache
