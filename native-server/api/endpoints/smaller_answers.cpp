// The part of the ImageEndpoint that answers with smaller pictures, and makes them.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "native-server/api/endpoints/image_endpoint.h"
#include "native-server/api/problem.h"
#include "native-server/http/await_callback.h"
#include "native-server/http/message/query.h"
#include "native-server/store/smaller/smaller_pictures.h"

namespace image_cache {

tl::expected<std::optional<int>, Response> ImageEndpoint::ReadWidth(const Request& request) const {
  if (smaller_ == nullptr) return std::nullopt;
  const auto text = FindQueryParameter(request.query(), "w");
  if (!text) return tl::make_unexpected(ToProblem(text.error()));
  if (!*text) return std::nullopt;
  int width = 0;
  const char* const end = (*text)->data() + (*text)->size();
  const auto read = std::from_chars((*text)->data(), end, width);
  const auto& widths = smaller_->widths();
  if (read.ec != std::errc() || read.ptr != end ||
      !std::binary_search(widths.begin(), widths.end(), width)) {
    return tl::make_unexpected(
        MakeProblem(kInvalidWidthProblem, fmt::format("'w' must be one of {}; the server's option "
                                                      "--image-widths says which there are.",
                                                      fmt::join(widths, ", "))));
  }
  smaller_->NoteAsked(width);
  return width;
}

std::optional<Answer> ImageEndpoint::AnswerCurrentSmaller(const Request& request,
                                                          const LocalPath& path, int width) {
  // No query that Answer sees is spelt like this.
  std::string name = fmt::format("url={}={}", width, path.text());
  if (const OpenPicture* kept = open_images_[request.thread()].images->Find(name)) {
    return AnswerWith(request, *kept);
  }
  if (const auto picture = OpenSmaller(request, name, path, width, lines_.Get().current)) {
    return AnswerWith(request, *picture);
  }
  // Before anything is made of it: whoever names its URL has it fetched anew when it is gone.
  if (!store_.OpenImage(path)) return std::nullopt;
  return MakeSmaller(request, std::move(name), path, width, &Lines::current);
}

Answer ImageEndpoint::AnswerSmaller(const Request& request, std::string name, const LocalPath& path,
                                    int width) {
  if (const auto picture = OpenSmaller(request, name, path, width, lines_.Get().image)) {
    return AnswerWith(request, *picture);
  }
  if (!store_.Holds(path)) return AnswerError({StoreError::kNotFound, "no such picture is cached"});
  return MakeSmaller(request, std::move(name), path, width, &Lines::image);
}

// g++ 12 sees a coroutine's frame allocated by Asio and freed by Asio, and takes them for a
// mismatch.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
Task<Response> ImageEndpoint::MakeSmaller(const Request& request, std::string name, LocalPath path,
                                          int width, LinesKind lines) {
  auto make = [&](auto done) { smaller_->Make(path, width, std::move(done)); };
  const SmallerOutcome outcome = co_await AwaitCallback<SmallerOutcome>(make);
  const Lines& newest = lines_.Get();
  if (outcome == SmallerOutcome::kReady) {
    const auto picture = OpenSmaller(request, name, path, width, newest.*lines);
    if (picture) co_return AnswerWith(request, *picture);
  }
  // A picture is never hidden because it could not be made smaller.
  const bool stays_so = outcome == SmallerOutcome::kAsItIs;
  auto original = Open(request, stays_so ? name : std::string(), path,
                       stays_so ? newest.*lines : newest.unshrunk);
  if (!original) co_return AnswerError(original.error());
  if (original->is_compressed) {
    if (restoring_ == nullptr) {
      co_return MakeProblem(kStorageFailedProblem, "The server's log says more.");
    }
    co_return co_await AnswerRestored(request, std::string(), std::move(*original),
                                      newest.unshrunk);
  }
  co_return AnswerWith(request, *original);
}
#pragma GCC diagnostic pop

Result<OpenPicture, StoreError> ImageEndpoint::OpenSmaller(const Request& request,
                                                           std::string_view name,
                                                           const LocalPath& path, int width,
                                                           const HeaderLines& header_lines) {
  const std::uint64_t removals = store_.removals();
  auto image = store_.smaller().Open(path, width);
  if (!image) return tl::make_unexpected(image.error());
  return Keep(request, name, path, std::move(*image), removals, header_lines);
}

}  // namespace image_cache
