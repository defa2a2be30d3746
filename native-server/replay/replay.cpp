#include "native-server/replay/replay.h"

#include <memory>
#include <unordered_set>
#include <utility>

#include "native-server/replay/trace_openings.h"

namespace image_cache {
namespace {

// One policy at one size, and how it fares.
class Run {
 public:
  Run(const ReplayPolicy& policy, std::uint64_t size_bytes, const ReplayedTrace& trace)
      : cache_(policy.make(size_bytes, trace)), missed_(trace.actor_ids.size(), true) {
    result_.policy = policy.name;
    result_.size_bytes = size_bytes;
  }

  void Request(const Access& access) {
    if (access.is_opening) missed_[access.actor] = false;
    if (cache_->Request(access)) return;
    ++result_.request_misses;
    result_.missed_bytes += access.size_bytes;
    if (!missed_[access.actor]) ++result_.open_misses;
    missed_[access.actor] = true;
  }
  void Prefetch(const Access& access) { cache_->Prefetch(access); }

  [[nodiscard]] const ReplayResult& result() const { return result_; }

 private:
  std::unique_ptr<SimulatedCache> cache_;
  std::vector<bool> missed_;  // by actor: in the opening that is going on
  ReplayResult result_;
};

}  // namespace

Result<ReplayReport, TraceError> Replay(const std::string& trace_path,
                                        const std::vector<std::uint64_t>& sizes) {
  ReplayReport report;
  TraceSummary& summary = report.trace;
  ReplayedTrace trace;
  std::unordered_set<std::uint64_t> pictures;
  const auto look = [&](const TraceRow& row, const Access& access) {
    if (access.is_opening) trace.future.Append(access.actor);
    if (pictures.insert(row.id).second) summary.picture_bytes += row.size_bytes;
    if (row.is_prefetch) {
      ++summary.prefetches;
      return;
    }
    ++summary.requests;
    summary.requested_bytes += row.size_bytes;
  };
  auto actors = ForEachRow(trace_path, look);
  if (!actors) return tl::make_unexpected(actors.error());
  summary.pictures = pictures.size();
  summary.openings = actors->openings();
  summary.actors = actors->numbers().size();
  trace.actor_ids.resize(actors->numbers().size());
  for (const auto& [id, number] : actors->numbers()) trace.actor_ids[number] = id;

  std::vector<Run> runs;
  for (const std::uint64_t size_bytes : sizes) {
    for (const ReplayPolicy& policy : ReplayPolicies())
      runs.emplace_back(policy, size_bytes, trace);
  }
  const auto play = [&runs](const TraceRow& row, const Access& access) {
    for (Run& run : runs) row.is_prefetch ? run.Prefetch(access) : run.Request(access);
  };
  if (auto played = ForEachRow(trace_path, play); !played) {
    return tl::make_unexpected(played.error());
  }
  for (const Run& run : runs) report.results.push_back(run.result());
  return report;
}

}  // namespace image_cache
