#include "native-server/http/message/accept.h"

#include "native-server/http/message/quality_list.h"
#include "shared/ascii.h"

namespace image_cache {
namespace {

enum Match { kNone, kEverything, kKind, kExactly };

Match MatchOf(std::string_view range, std::string_view media_type) {
  if (range == "*/*") return kEverything;
  if (EqualsIgnoringCase(range, media_type)) return kExactly;
  const bool is_kind = range.ends_with("/*");
  const std::size_t kind_bytes = media_type.find('/') + 1;
  const bool is_its_kind = is_kind && EqualsIgnoringCase(range.substr(0, range.size() - 1),
                                                         media_type.substr(0, kind_bytes));
  return is_its_kind ? kKind : kNone;
}

struct Liking {
  Match match = kNone;
  int quality = 0;
};

Liking LikingOf(std::string_view accept, std::string_view media_type) {
  Liking liking;
  while (!accept.empty()) {
    std::string_view item = TakeUntil(accept, ',');
    const Match match = MatchOf(TakeUntil(item, ';'), media_type);
    if (match > liking.match) liking = {.match = match, .quality = ReadQuality(item)};
  }
  return liking;
}

}  // namespace

int QualityOf(std::string_view accept, std::string_view media_type) {
  if (accept.find_first_not_of(" \t") == std::string_view::npos) return kFullQuality;
  return LikingOf(accept, media_type).quality;
}

bool NamesMediaType(std::string_view accept, std::string_view media_type) {
  const Liking liking = LikingOf(accept, media_type);
  return liking.match == kExactly && liking.quality > 0;
}

}  // namespace image_cache
