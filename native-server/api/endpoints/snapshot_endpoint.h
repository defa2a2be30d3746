// GET /api/cache/manifest for who asks for the compact form of it (docs/snapshot.md).
//
// Shared by all threads; thread-safe. Never compressed: hashes and content ids are most of it, so
// it would become a tenth smaller for ten times the work.
#pragma once

#include "native-server/api/background.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/store/store.h"

namespace image_cache {

class SnapshotEndpoint {
 public:
  explicit SnapshotEndpoint(Store& store) : store_(store) {}  // which outlives this

  // The client names this form and likes no other better. Of one actor there is none.
  [[nodiscard]] static bool IsWanted(const Request& request);

  // Answers 200, 304, 412.
  Task<Response> Answer(const Request& request);

 private:
  Store& store_;
  Background thread_;  // its own: making one may take a second, and JSON longer
};

}  // namespace image_cache
