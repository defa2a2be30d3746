#include "native-server/api/server_timing.h"

#include <fmt/format.h>

namespace image_cache {
namespace {

double Milliseconds(std::chrono::microseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

std::string DiskTiming(std::chrono::microseconds opening) {
  return fmt::format("Server-Timing: disk;dur={:.2f}\r\n", Milliseconds(opening));
}

std::string MissTiming(const FollowedPicture& picture, bool joined) {
  return fmt::format("Server-Timing: cache;desc={}, queue;dur={:.1f}, origin;dur={:.1f}\r\n",
                     joined ? "joined" : "miss", Milliseconds(picture.queued),
                     Milliseconds(picture.first_byte));
}

}  // namespace image_cache
