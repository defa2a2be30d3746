// GET /api/cache/manifest?since=R[&epoch=E]: what has changed since a revision (docs/changes.md).
//
// From memory, never from the disk: what the change log does not reach back to is answered with
// "full", and the client takes a whole manifest.
#pragma once

#include "native-server/api/background.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/store/store.h"

namespace image_cache {

[[nodiscard]] bool AsksForChanges(const Request& request);

// Answers 200; problems: invalid-revision, invalid-request. A long text is put together in the
// background.
[[nodiscard]] Task<Response> AnswerChanges(const Request& request, Store& store,
                                           Background& background);

}  // namespace image_cache
