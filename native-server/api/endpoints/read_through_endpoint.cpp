#include "native-server/api/endpoints/read_through_endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "native-server/api/asking_page.h"
#include "native-server/api/cors.h"
#include "native-server/api/endpoints/read_through_order.h"
#include "native-server/api/endpoints/svg_lines.h"
#include "native-server/api/problem.h"
#include "native-server/api/server_timing.h"
#include "native-server/http/await_callback.h"
#include "native-server/http/files/growing_response.h"
#include "native-server/http/message/query.h"

namespace image_cache {
namespace {

// What is behind a URL may change, unlike what is behind a local path: ask again each time.
constexpr std::string_view kPictureLines = "Cache-Control: no-cache\r\n";
constexpr std::string_view kHit = "ImageCache; hit";
constexpr std::string_view kStored = "ImageCache; fwd=miss; stored";
constexpr std::string_view kCollapsed = "ImageCache; fwd=miss; collapsed";
constexpr std::string_view kMiss = "ImageCache; fwd=miss";

// A picture that is removed as often as it is found may be asked for this often.
constexpr int kMaxTries = 3;

std::string_view StatusOf(const OpenedMiss& miss) {
  if (miss.joined) return kCollapsed;
  return miss.picture.is_stored ? kStored : kMiss;
}

std::string LinesOf(std::string_view cache_status, ImageType type, const AccessPolicy& access) {
  return fmt::format("{}Cache-Status: {}\r\n{}{}", kPictureLines, cache_status, TimingLine(access),
                     type == ImageType::kSvg ? kSvgLines : "");
}

// Nothing when its file has vanished.
std::optional<Answer> AnswerHit(const Request& request, const Entry& entry,
                                const ReadThroughParts& parts) {
  const auto path = LocalPath::Parse(entry.local_path);
  if (!path) return std::nullopt;
  return parts.images.AnswerCurrent(request, *path);
}

Response AnswerFailure(const Error<FetchError>& error, std::string_view cache_status) {
  Response problem = ToProblem(error);
  problem.AddHeader("Cache-Status", cache_status);
  return problem;
}

Response AnswerRemembered(const RememberedFailure& failure) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(failure.valid_for).count();
  Response problem =
      AnswerFailure(failure.error, fmt::format("{}; ttl={}; detail=failure", kHit, seconds));
  problem.AddHeader("Retry-After", std::to_string(seconds));
  return problem;
}

// g++ 12 sees a coroutine's frame allocated by Asio and freed by Asio, and takes them for a
// mismatch.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
Task<Response> AnswerMiss(const Request& request, ReadThroughOrder order, ReadThroughParts parts) {
  using Outcome = Result<OpenedPicture, FetchError>;
  parts.store.NoteOpened(order.request.actor_id);
  for (int tries = 0; tries < kMaxTries; ++tries) {
    auto open = [&](auto done) { parts.fetcher.Open(order.key, order.request, std::move(done)); };
    const Outcome opened = co_await AwaitCallback<Outcome>(open);
    if (!opened) co_return AnswerFailure(opened.error(), kMiss);
    if (const auto* miss = std::get_if<OpenedMiss>(&*opened)) {
      std::string lines = LinesOf(StatusOf(*miss), miss->picture.type, parts.access);
      if (parts.server_timing) lines += MissTiming(miss->picture, miss->joined);
      co_return MakeGrowingResponse(request, miss->picture.file, MimeType(miss->picture.type),
                                    lines);
    }
    // Stored since it was looked for.
    const Entry& entry = std::get<Entry>(*opened);
    auto hit = AnswerHit(request, entry, parts);
    if (!hit) continue;
    if (auto* response = std::get_if<Response>(&*hit)) co_return std::move(*response);
    co_return co_await std::move(std::get<Task<Response>>(*hit));
  }
  co_return AnswerFailure({FetchError::kCancelled, "the picture is removed again and again"},
                          kMiss);
}

// What is not cached: refused, remembered as a failure, or fetched.
Answer AnswerNotCached(const Request& request, ReadThroughOrder order,
                       const ReadThroughParts& parts) {
  if (!parts.access.AllowsChange(request.Header("Authorization"))) return MakeTokenProblem();
  if (const auto failure = parts.fetcher.RecallFailure(order.key, order.request.s3_url)) {
    return AnswerRemembered(*failure);
  }
  return AnswerMiss(request, std::move(order), parts);
}

// The picture may be removed while a smaller one is made of it; that counts as a miss already.
Task<Response> AwaitSmaller(const Request& request, Task<Response> smaller, ReadThroughOrder order,
                            ReadThroughParts parts) {
  Response made = co_await std::move(smaller);
  if (made.status != 404) co_return made;
  Answer answer = AnswerNotCached(request, std::move(order), parts);
  if (auto* response = std::get_if<Response>(&answer)) co_return std::move(*response);
  co_return co_await std::move(std::get<Task<Response>>(answer));
}
#pragma GCC diagnostic pop

}  // namespace

bool IsReadThrough(const Request& request) {
  // A value may hold these letters too; then the query is read, and says so.
  if (request.query().find("url=") == std::string_view::npos) return false;
  const auto url = FindQueryParameter(request.query(), "url");
  return !url || url->has_value();
}

Answer AnswerReadThrough(const Request& request, const ReadThroughParts& parts) {
  auto order = ReadThroughOrderOf(request, parts.fetcher);
  if (!order) return std::move(order.error());
  if (!MayAsk(request, parts.access)) return MakeCrossOriginProblem();
  auto width = parts.images.ReadWidth(request);
  if (!width) return std::move(width.error());
  if (const auto entry = parts.store.Find(order->key)) {
    const auto path = LocalPath::Parse(entry->local_path);
    if (path && *width) {
      auto smaller = parts.images.AnswerCurrentSmaller(request, *path, **width);
      if (smaller && std::holds_alternative<Response>(*smaller)) return std::move(*smaller);
      if (smaller) {
        return AwaitSmaller(request, std::move(std::get<Task<Response>>(*smaller)),
                            std::move(*order), parts);
      }
    }
    if (auto hit = AnswerHit(request, *entry, parts)) return std::move(*hit);
  }
  parts.statistics.CountMiss();
  return AnswerNotCached(request, std::move(*order), parts);
}

}  // namespace image_cache
