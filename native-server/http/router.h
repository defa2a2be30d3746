// Which handler answers which path and method.
//
// Filled once, before the server starts; then only read, so thread-safe. A path is a literal
// ("/api/cache/stats") or ends in one parameter ("/api/cache/clear/:actorId").
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native-server/http/handler.h"
#include "native-server/http/message/request.h"

namespace image_cache {

// Whose pages may read a path. Whatever is not a picture is for the server's own and the allowed
// origins' pages, so that a new path is, too, unless it says otherwise.
enum class Readers { kAllowedPages, kAnyPage };

// What answers at once returns a Response, what waits for something a Task.
using Endpoint = std::function<Answer(const Request&)>;

class Router {
 public:
  // And HEAD.
  void Get(std::string path, Endpoint endpoint, Readers readers = Readers::kAllowedPages);
  void Post(std::string path, Endpoint endpoint);
  void Delete(std::string path, Endpoint endpoint);

  struct Match {
    const Endpoint* endpoint = nullptr;  // null: no such path, or not with this method
    // "GET, HEAD, OPTIONS" when the path is known, empty when it is not. Valid as long as the
    // router.
    std::string_view allow;
    // The part of the path that stands for the parameter, still percent-encoded.
    std::string_view parameter;
    Readers readers = Readers::kAllowedPages;
  };
  [[nodiscard]] Match Find(Method method, std::string_view path) const;

 private:
  struct Route {
    // One or two: searched faster than any map.
    std::vector<std::pair<Method, Endpoint>> endpoints;
    std::string allow;
    Readers readers = Readers::kAllowedPages;
  };
  Route& Add(std::string path, Method method, Endpoint endpoint);

  std::map<std::string, Route, std::less<>> literal_;
  std::map<std::string, Route, std::less<>> prefix_;  // by "/api/cache/clear/"
};

}  // namespace image_cache
