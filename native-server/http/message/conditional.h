// Conditional requests: is what the client has still good, and does its range still fit?
// (RFC 9110 §13)
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "native-server/http/message/request.h"

namespace image_cache {

// What is known of the representation that would be sent.
struct Validators {
  std::string_view etag;                   // strong, with its quotes
  std::optional<std::int64_t> modified_s;  // since the Unix epoch
};

enum class Precondition {
  kProceed,
  kNotModified,  // 304
  kFailed,       // 412
};

// The order of evaluation is that of RFC 9110 §13.2.2: If-Match before If-Unmodified-Since, then
// If-None-Match before If-Modified-Since; the dated ones only where their stronger kin is absent.
[[nodiscard]] Precondition EvaluatePreconditions(const Request& request,
                                                 const Validators& validators);

// Whether Range is to be obeyed: there is no If-Range, or it names exactly this representation
// (§13.1.5: strong comparison, which no date of whole seconds stands).
[[nodiscard]] bool RangeStillApplies(const Request& request, const Validators& validators);

// Whether a list of entity tags ("*" included) names `etag`, by weak or strong comparison
// (§8.8.3.2).
enum class EtagComparison { kWeak, kStrong };
[[nodiscard]] bool EtagListContains(std::string_view list, std::string_view etag,
                                    EtagComparison comparison);

}  // namespace image_cache
