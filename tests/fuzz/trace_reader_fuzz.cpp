// Any bytes as an access trace: every row that is taken is a possible one and reads the same when
// it is written anew; what is refused names its line and quotes little of it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/replay/trace_reader.h"
#include "shared/paths/actor_id.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

struct Read {
  std::string rows;  // up to what is refused, written anew
  bool is_whole = false;
};

Read ReadAll(std::string_view bytes) {
  constexpr std::size_t kLongestDetailBytes = 200;
  const InputFile file(bytes);
  Read read{.rows = std::string(kTraceHeader) + "\n"};
  auto reader = TraceReader::Open(file.path());
  if (!reader) return read;
  for (;;) {
    TraceRow row;
    const auto next = reader->Next(row);
    if (!next) {
      REQUIRE(next.error().code == TraceError::kBroken);
      REQUIRE(next.error().detail.rfind(file.path() + ":", 0) == 0);
      REQUIRE(next.error().detail.size() <= kLongestDetailBytes);
      return read;
    }
    if (!*next) break;
    REQUIRE(row.time_ms >= 0 && row.size_bytes > 0 && IsValidActorId(row.actor_id));
    read.rows += std::to_string(row.time_ms) + "," + std::to_string(row.id) + "," +
                 std::to_string(row.size_bytes) + "," + std::string(row.actor_id) + "," +
                 (row.is_prefetch ? "1" : "0") + "\n";
  }
  read.is_whole = true;
  return read;
}

void Check(std::string_view bytes) {
  const Read read = ReadAll(bytes);
  const Read again = ReadAll(read.rows);
  REQUIRE(again.is_whole);
  REQUIRE(again.rows == read.rows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Check(bytes);
  // Behind the header, so that the rows are reached.
  Check(std::string(kTraceHeader) + "\n" + bytes);
  return 0;
}
