#include "native-server/cli/image_widths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace image_cache {

tl::expected<std::vector<int>, std::string> ParseImageWidths(std::string_view text) {
  std::vector<int> widths;
  if (text.empty() || text == "off") return widths;
  for (;;) {
    const std::string_view part = text.substr(0, text.find(','));
    int width = 0;
    const char* const end = part.data() + part.size();
    const auto read = std::from_chars(part.data(), end, width);
    if (read.ec != std::errc() || read.ptr != end || width < kMinImageWidth ||
        width > kMaxImageWidth) {
      return tl::make_unexpected(
          fmt::format("'{}' is not a width from {} to {} pixels; write them as 128,256,640, or off",
                      part, kMinImageWidth, kMaxImageWidth));
    }
    widths.push_back(width);
    if (part.size() == text.size()) break;
    text.remove_prefix(part.size() + 1);
  }
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  if (widths.size() > kMaxImageWidths) {
    return tl::make_unexpected(
        fmt::format("at most {} widths, not {}: each is another file of a "
                    "picture",
                    kMaxImageWidths, widths.size()));
  }
  return widths;
}

std::string FormatImageWidths(const std::vector<int>& widths) {
  return widths.empty() ? "off" : fmt::format("{}", fmt::join(widths, ","));
}

}  // namespace image_cache
