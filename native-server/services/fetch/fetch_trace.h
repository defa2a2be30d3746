// What an access trace is told of fetches: the sizes are known only when they end.
//
// Stateless. What is found in the store is recorded by whoever answers with it.
#pragma once

#include "native-server/replay/trace_writer.h"
#include "native-server/services/fetch/in_flight.h"

namespace image_cache {

// Records what a prefetch has brought, or has found, and calls `done`. Whoever prefetches with more
// than normal urgency has somebody who looks at the actor: that is a demand, unless the picture was
// there, and then it is asked for by itself. `trace` outlives the callback.
[[nodiscard]] FetchCallback Traced(TraceWriter& trace, Urgency urgency, FetchCallback done);

// Records those who have followed a download that is whole, be it stored or not: what they asked
// for was not there. REQUIRES: its first bytes were told, or never will be.
void TraceMisses(TraceWriter& trace, const Flight& flight, std::size_t followers);

}  // namespace image_cache
