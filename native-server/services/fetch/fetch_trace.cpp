#include "native-server/services/fetch/fetch_trace.h"

#include <utility>

#include "shared/keys/object_id.h"

namespace image_cache {

FetchCallback Traced(TraceWriter& trace, Urgency urgency, FetchCallback done) {
  const bool is_prefetch = urgency >= Urgency::kNormal;
  return [&trace, is_prefetch, done = std::move(done)](const Result<FetchedImage, FetchError>& it) {
    if (it && (is_prefetch || !it->already_cached)) {
      trace.Note({.object_id = ObjectId(it->entry.s3_url),
                  .size_bytes = it->entry.size_bytes,
                  .actor_id = it->entry.actor_id,
                  .is_prefetch = is_prefetch});
    }
    done(it);
  };
}

void TraceMisses(TraceWriter& trace, const Flight& flight, std::size_t followers) {
  if (!flight.readable) return;
  const GrowingFile::Progress progress = flight.readable->file->progress();
  if (progress.state != GrowingFile::State::kWhole) return;
  const std::uint64_t object_id = ObjectId(flight.key);
  for (std::size_t i = 0; i < followers; ++i) {
    trace.Note({.object_id = object_id,
                .size_bytes = progress.size_bytes,
                .actor_id = flight.request.actor_id});
  }
}

}  // namespace image_cache
