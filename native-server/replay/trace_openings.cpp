#include "native-server/replay/trace_openings.h"

#include <cerrno>
#include <fstream>
#include <system_error>
#include <unordered_set>
#include <vector>

#include "shared/keys/object_id.h"

namespace image_cache {

Access TraceActors::Take(const TraceRow& row) {
  const auto next = static_cast<std::uint32_t>(numbers_.size());
  const std::uint32_t actor = numbers_.try_emplace(std::string(row.actor_id), next).first->second;
  const bool is_opening = !row.is_prefetch && detector_.NoteAccess(row.actor_id, row.time_ms);
  if (is_opening) ++openings_;
  return {.picture_id = row.id,
          .size_bytes = row.size_bytes,
          .actor = actor,
          .openings = openings_,
          .is_opening = is_opening};
}

Result<TraceActors, TraceError> ForEachRow(const std::string& path, const VisitRow& visit) {
  auto trace = TraceReader::Open(path);
  if (!trace) return tl::make_unexpected(trace.error());
  TraceActors actors;
  TraceRow row;
  for (;;) {
    const auto more = trace->Next(row);
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return actors;
    visit(row, actors.Take(row));
  }
}

Result<void, TraceError> ExportOpenings(const std::string& trace_path,
                                        const std::string& out_path) {
  auto trace = TraceReader::Open(trace_path);
  if (!trace) return tl::make_unexpected(trace.error());
  struct Opening {
    std::int64_t time_ms;
    std::uint32_t actor;
  };
  TraceActors actors;
  std::vector<Opening> openings;
  std::vector<std::uint64_t> actor_bytes;  // by number
  std::unordered_set<std::uint64_t> pictures;
  TraceRow row;
  for (;;) {
    const auto more = trace->Next(row);
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    const Access access = actors.Take(row);
    actor_bytes.resize(actors.numbers().size());
    if (pictures.insert(access.picture_id).second) actor_bytes[access.actor] += access.size_bytes;
    if (access.is_opening) openings.push_back({.time_ms = row.time_ms, .actor = access.actor});
  }

  std::vector<const std::string*> ids(actors.numbers().size());
  for (const auto& [id, number] : actors.numbers()) ids[number] = &id;
  errno = 0;
  std::ofstream out(out_path);
  out << "time,id,size,actor\n";
  for (const Opening& opening : openings) {
    const std::string& id = *ids[opening.actor];
    out << opening.time_ms << ',' << ObjectId(id) << ',' << actor_bytes[opening.actor] << ',' << id
        << '\n';
  }
  out.close();
  if (out) return {};
  return Fail(TraceError::kUnreadable,
              "cannot write " + out_path + ": " + std::generic_category().message(errno));
}

}  // namespace image_cache
