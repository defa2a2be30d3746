#include "native-server/api/endpoints/events_endpoint.h"

#include <array>
#include <string_view>
#include <utility>

#include "native-server/api/problem.h"
#include "native-server/http/message/query.h"
#include "native-server/http/websocket/upgrade.h"

namespace image_cache {
namespace {

constexpr std::array<std::pair<std::string_view, EventKind>, 3> kKinds = {
    {{"changes", EventKind::kChanges},
     {"progress", EventKind::kProgress},
     {"stats", EventKind::kStats}}};

// "changes,stats". A name that is not known is of a newer page, which can do without it here.
EventKinds ReadKinds(std::string_view names) {
  EventKinds kinds;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    for (const auto& [known, kind] : kKinds) {
      if (name == known) kinds.Add(kind);
    }
  }
  return kinds;
}

}  // namespace

Response AnswerEvents(const Request& request, EventHub& hub) {
  if (auto refusal = RefuseHandshake(request)) return std::move(*refusal);
  const auto types = FindQueryParameter(request.query(), "types");
  if (!types) return ToProblem(types.error());
  const EventKinds kinds = *types ? ReadKinds(**types) : EventKinds::All();
  if (kinds.IsEmpty()) {
    return MakeProblem(kInvalidRequestProblem,
                       "The parameter 'types' names none of changes, progress, stats.");
  }
  return MakeUpgrade(request, hub.Listen(kinds));
}

}  // namespace image_cache
