#include "native-server/http/router.h"

#include <utility>

namespace image_cache {

void Router::Get(std::string path, Endpoint endpoint) {
  Add(std::move(path), Method::kGet, std::move(endpoint));
}

void Router::Post(std::string path, Endpoint endpoint) {
  Add(std::move(path), Method::kPost, std::move(endpoint));
}

void Router::Add(std::string path, Method method, Endpoint endpoint) {
  Route route{.method = method, .endpoint = std::move(endpoint)};
  if (const std::size_t colon = path.find("/:"); colon != std::string::npos) {
    prefix_.insert_or_assign(path.substr(0, colon + 1), std::move(route));
  } else {
    literal_.insert_or_assign(std::move(path), std::move(route));
  }
}

Router::Match Router::Find(Method method, std::string_view path) const {
  const Route* route = nullptr;
  std::string_view parameter;
  if (const auto literal = literal_.find(path); literal != literal_.end()) {
    route = &literal->second;
  } else if (const std::size_t slash = path.rfind('/');
             slash != std::string_view::npos && slash + 1 < path.size()) {
    if (const auto prefix = prefix_.find(path.substr(0, slash + 1)); prefix != prefix_.end()) {
      route = &prefix->second;
      parameter = path.substr(slash + 1);
    }
  }
  if (route == nullptr) return {};
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  return {.endpoint = route->method == wanted ? &route->endpoint : nullptr,
          .allow = route->method == Method::kGet ? "GET, HEAD, OPTIONS" : "POST, OPTIONS",
          .parameter = parameter};
}

}  // namespace image_cache
