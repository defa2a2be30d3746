// The whole contract as one handler: judges who asks, finds the endpoint, adds what every answer
// has.
//
// In this order, each with its problem: host, path, method, the page that asks, then for what
// changes something token and the body's type. Owned by main; thread-safe.
#pragma once

#include <optional>

#include "native-server/http/access_policy.h"
#include "native-server/http/files/embedded_site.h"
#include "native-server/http/files/static_files.h"
#include "native-server/http/handler.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/http/router.h"

namespace image_cache {

// What is served beside the API.
struct Pages {
  std::optional<StaticFiles> files;     // of --static-dir; then "/" is theirs
  std::optional<EmbeddedSite> console;  // the server's own page; nothing with --no-console
};

class Application {
 public:
  // `policy` outlives this.
  Application(Router router, const AccessPolicy& policy, Pages pages);

  // The request stays until the answer is there.
  [[nodiscard]] Answer Handle(Request& request) const;

 private:
  [[nodiscard]] Answer Route(Request& request) const;
  Task<Response> Finish(const Request& request, Task<Response> waiting) const;
  [[nodiscard]] std::optional<Response> RefuseChange(const Request& request) const;
  [[nodiscard]] Response AnswerUnrouted(const Request& request) const;
  [[nodiscard]] std::optional<Response> ServePage(const Request& request) const;

  Router router_;
  const AccessPolicy& policy_;
  Pages pages_;
};

}  // namespace image_cache
