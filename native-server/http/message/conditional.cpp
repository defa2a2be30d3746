#include "native-server/http/message/conditional.h"

#include "native-server/http/message/date.h"

namespace image_cache {
namespace {

constexpr std::string_view kWeakPrefix = "W/";

// True when the field holds a readable date that is at or after the modification.
std::optional<bool> NotModifiedSince(std::string_view field, const Validators& validators) {
  const auto date = ParseHttpDate(field);
  if (!date || !validators.modified_s) return std::nullopt;
  return *validators.modified_s <= *date;
}

}  // namespace

bool EtagListContains(std::string_view list, std::string_view etag, EtagComparison comparison) {
  std::size_t at = 0;
  while ((at = list.find_first_not_of(" \t,", at)) != std::string_view::npos) {
    if (list[at] == '*') return true;
    const bool weak = list.substr(at, kWeakPrefix.size()) == kWeakPrefix;
    if (weak) at += kWeakPrefix.size();
    // An entity tag may hold a comma, so the closing quote ends it and nothing else.
    if (at >= list.size() || list[at] != '"') return false;
    const std::size_t end = list.find('"', at + 1);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = list.substr(at, end - at + 1);
    if (tag == etag && (!weak || comparison == EtagComparison::kWeak)) return true;
    at = end + 1;
  }
  return false;
}

Precondition EvaluatePreconditions(const Request& request, const Validators& validators) {
  if (const std::string_view field = request.Header("If-Match"); !field.empty()) {
    if (!EtagListContains(field, validators.etag, EtagComparison::kStrong)) {
      return Precondition::kFailed;
    }
  } else if (const std::string_view date = request.Header("If-Unmodified-Since"); !date.empty()) {
    if (NotModifiedSince(date, validators) == false) return Precondition::kFailed;
  }
  if (const std::string_view field = request.Header("If-None-Match"); !field.empty()) {
    if (!EtagListContains(field, validators.etag, EtagComparison::kWeak)) {
      return Precondition::kProceed;
    }
    return request.is_get_or_head() ? Precondition::kNotModified : Precondition::kFailed;
  }
  if (const std::string_view date = request.Header("If-Modified-Since");
      !date.empty() && request.is_get_or_head() && NotModifiedSince(date, validators) == true) {
    return Precondition::kNotModified;
  }
  return Precondition::kProceed;
}

bool RangeStillApplies(const Request& request, const Validators& validators) {
  const std::string_view field = request.Header("If-Range");
  if (field.empty()) return true;
  // A weak tag is never strong enough, and no date is: the picture behind a URL, or its form, may
  // have changed twice within that second (RFC 9110 §8.8.2.2, §13.1.5).
  return field == validators.etag;
}

}  // namespace image_cache
