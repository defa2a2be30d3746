#include "native-server/http/router.h"

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

std::string_view NamesOf(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET, HEAD";
    case Method::kPost:
      return "POST";
    case Method::kDelete:
      return "DELETE";
    case Method::kHead:
    case Method::kOptions:
    case Method::kOther:
      break;  // no route has these: HEAD is answered as GET, OPTIONS by the application
  }
  return "";
}

}  // namespace

void Router::Get(std::string path, Endpoint endpoint, Readers readers) {
  Route& route = Add(std::move(path), Method::kGet, std::move(endpoint));
  route.readers = readers;
}

void Router::Post(std::string path, Endpoint endpoint) {
  Add(std::move(path), Method::kPost, std::move(endpoint));
}

void Router::Delete(std::string path, Endpoint endpoint) {
  Add(std::move(path), Method::kDelete, std::move(endpoint));
}

Router::Route& Router::Add(std::string path, Method method, Endpoint endpoint) {
  const std::size_t colon = path.find("/:");
  Route& route =
      colon != std::string::npos ? prefix_[path.substr(0, colon + 1)] : literal_[std::move(path)];
  route.endpoints.emplace_back(method, std::move(endpoint));
  route.allow.clear();
  for (const auto& [known, unused] : route.endpoints) route.allow.append(NamesOf(known)) += ", ";
  route.allow += "OPTIONS";
  return route;
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
  const auto found = std::find_if(route->endpoints.begin(), route->endpoints.end(),
                                  [wanted](const auto& one) { return one.first == wanted; });
  return {.endpoint = found == route->endpoints.end() ? nullptr : &found->second,
          .allow = route->allow,
          .parameter = parameter,
          .readers = route->readers};
}

}  // namespace image_cache
