// GET /api/cache/manifest[?actor_id=…]: the manifest as JSON, compressed as the client likes it.
// With ?since= it is what has changed: manifest_changes.h. Its compact form: snapshot_endpoint.h.
//
// Shared by all threads; thread-safe. Keeps the compressed forms of the current revision.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "native-server/api/background.h"
#include "native-server/api/endpoints/representation.h"
#include "native-server/api/endpoints/snapshot_endpoint.h"
#include "native-server/http/message/content_encoding.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/store/store.h"

namespace image_cache {

class ManifestEndpoint {
 public:
  // Both outlive this.
  ManifestEndpoint(Store& store, Background& background);

  // Answers 200, 304; problems: invalid-actor-id, invalid-revision, invalid-request.
  Task<Response> Answer(const Request& request);

 private:
  Task<Response> AnswerManifest(const Request& request);
  // 304, when the client has the current one.
  [[nodiscard]] std::optional<Response> IfUnchanged(const Request& request,
                                                    ContentEncoding encoding);
  // These run in the background.
  [[nodiscard]] Representation Whole(ContentEncoding encoding);
  [[nodiscard]] Representation OfActor(const std::string& actor_id, ContentEncoding encoding);

  Store& store_;
  Background& background_;
  // A thread for the whole manifest, which may take seconds to write: an actor's does not wait
  // behind it.
  Background texts_;
  SnapshotEndpoint snapshots_;
  std::mutex mutex_;  // guards what follows; held to look only
  std::string compressed_etag_;
  std::array<std::shared_ptr<const std::string>, 4> compressed_;  // by ContentEncoding
};

}  // namespace image_cache
