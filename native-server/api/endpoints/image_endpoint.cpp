#include "native-server/api/endpoints/image_endpoint.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/api/server_timing.h"
#include "native-server/http/await_callback.h"
#include "native-server/http/files/file_response.h"
#include "native-server/http/message/accept.h"
#include "native-server/http/message/query.h"

namespace image_cache {
namespace {

constexpr std::string_view kImageLines =
    "Cache-Control: public, max-age=31536000, immutable\r\n"
    "Cache-Status: ImageCache; hit\r\n";
// What is behind a URL may change, unlike what is behind a local path.
constexpr std::string_view kCurrentLines =
    "Cache-Control: no-cache\r\n"
    "Cache-Status: ImageCache; hit\r\n";

// Of a picture that stands in for a smaller one, which may be there the next time.
constexpr std::string_view kUnshrunkLines =
    "Cache-Control: public, max-age=10\r\n"
    "Cache-Status: ImageCache; hit; detail=original\r\n";

std::string LinesOf(std::string_view lines, std::string_view timing_line, bool server_timing) {
  return std::string(lines).append(timing_line).append(server_timing ? kHitTiming : "");
}

// The `path` of the query, or the problem to answer with.
tl::expected<LocalPath, Response> ReadPath(const Request& request) {
  auto parameter = FindQueryParameter(request.query(), "path");
  if (!parameter) return tl::make_unexpected(ToProblem(parameter.error()));
  if (!*parameter) {
    return tl::make_unexpected(
        MakeProblem(kInvalidRequestProblem, "The parameter 'path' is missing."));
  }
  auto path = LocalPath::Parse(**parameter);
  if (!path) return tl::make_unexpected(ToProblem(path.error()));
  return std::move(*path);
}

// A picture that is in memory only, with its share of that, until it is sent.
struct SentPicture {
  SentPicture(RestoredPtr from, const FileDescription& description)
      : restored(std::move(from)), file(restored->Duplicate(), description) {}

  const RestoredPtr restored;
  ServedFile file;
};

}  // namespace

ImageEndpoint::Lines::Lines(std::string_view timing_line, bool server_timing, bool may_vary)
    : image(LinesOf(kImageLines, timing_line, server_timing), may_vary),
      current(LinesOf(kCurrentLines, timing_line, server_timing), may_vary),
      unshrunk(LinesOf(kUnshrunkLines, timing_line, server_timing), may_vary) {}

ImageEndpoint::ImageEndpoint(Store& store, Statistics& statistics, const OriginTimes& origin_times,
                             const Clock& clock, std::size_t threads,
                             const OpenImagesLimits& limits, TraceWriter* trace,
                             std::string_view timing_line, bool server_timing,
                             SmallerService* smaller, Restoring* restoring)
    : store_(store),
      statistics_(statistics),
      origin_times_(origin_times),
      clock_(clock),
      limits_(limits),
      trace_(trace),
      server_timing_(server_timing),
      smaller_(smaller),
      restoring_(restoring),
      lines_(Lines(timing_line, server_timing, restoring != nullptr)) {
  OpenImagesLimits share = limits;
  share.images /= threads;
  share.bytes /= threads;
  for (std::size_t i = 0; i < threads; ++i) {
    open_images_.push_back({.images = std::make_unique<OpenImages>(store, clock, share),
                            .lines_number = lines_.number()});
  }
}

const std::string& ImageEndpoint::HeaderLines::Of(const OpenedImage& image) const {
  if (image.is_compressed) return of_two_forms;
  if (image.type == ImageType::kSvg) return of_svg;
  return image.type == ImageType::kJpeg ? of_jpeg : usual;
}

image_cache::Answer ImageEndpoint::Answer(const Request& request) {
  // By the query as it was sent: one that was understood before need not be understood again.
  if (const OpenPicture* kept = open_images_[request.thread()].images->Find(request.query())) {
    return AnswerWith(request, *kept);
  }
  auto path = ReadPath(request);
  if (!path) return std::move(path.error());
  auto width = ReadWidth(request);
  if (!width) return std::move(width.error());
  if (*width) {
    return AnswerSmaller(request, std::string(request.query()), *path, **width);
  }
  const auto begun = clock_.Monotonic();
  const HeaderLines& header_lines = lines_.Get().image;
  auto picture = Open(request, request.query(), *path, header_lines);
  if (!picture) return AnswerError(picture.error());
  if (picture->is_compressed) {
    return AnswerCompressed(request, std::string(request.query()), std::move(*picture),
                            header_lines);
  }
  return AnswerOpened(request, *picture, begun);
}

Response ImageEndpoint::AnswerError(const Error<StoreError>& error) {
  if (error.code == StoreError::kNotFound) statistics_.CountMiss();
  return ToProblem(error);
}

std::optional<image_cache::Answer> ImageEndpoint::AnswerCurrent(const Request& request,
                                                                const LocalPath& path) {
  // No query that Answer sees is spelt like this.
  const std::string name = "url=" + path.text();
  if (const OpenPicture* kept = open_images_[request.thread()].images->Find(name)) {
    return AnswerWith(request, *kept);
  }
  const auto begun = clock_.Monotonic();
  const HeaderLines& header_lines = lines_.Get().current;
  auto picture = Open(request, name, path, header_lines);
  if (!picture) return std::nullopt;
  if (picture->is_compressed) {
    return AnswerCompressed(request, name, std::move(*picture), header_lines);
  }
  return AnswerOpened(request, *picture, begun);
}

void ImageEndpoint::Sweep(std::size_t thread) {
  Kept& kept = open_images_.at(thread);
  const std::uint64_t newest = lines_.number();
  if (std::exchange(kept.lines_number, newest) != newest) kept.images->Clear();
  kept.images->Sweep();
}

OpenImagesStats ImageEndpoint::Stats() const {
  OpenImagesStats total{.limits = limits_};
  for (const auto& open_images : open_images_) {
    const OpenImagesStats stats = open_images.images->Stats();
    total.images += stats.images;
    total.bytes += stats.bytes;
  }
  return total;
}

Result<OpenPicture, StoreError> ImageEndpoint::Open(const Request& request, std::string_view name,
                                                    const LocalPath& path,
                                                    const HeaderLines& header_lines) {
  const std::uint64_t removals = store_.removals();
  auto image = store_.OpenImage(path);
  if (!image) return tl::make_unexpected(image.error());
  return Keep(request, name, path, std::move(*image), removals, header_lines);
}

OpenPicture ImageEndpoint::Keep(const Request& request, std::string_view name,
                                const LocalPath& path, OpenedImage image, std::uint64_t removals,
                                const HeaderLines& header_lines) {
  store_.NoteOpened(path.actor_id());
  OpenPicture picture{
      .path = path,
      .file = std::make_shared<ServedFile>(std::move(image.fd),
                                           FileDescription{.size_bytes = image.size_bytes,
                                                           .modified_s = image.modified_s,
                                                           .etag = image.etag,
                                                           .content_type = MimeType(image.type),
                                                           .header_lines = header_lines.Of(image)}),
      .cost = origin_times_.Of(image.key),
      .object_id = image.object_id,
      .object_bytes = image.object_bytes,
      .is_compressed = image.is_compressed};
  store_.WatchReaders(path.actor_id(), picture.file);
  if (!picture.is_compressed && !name.empty())
    open_images_[request.thread()].images->Keep(name, picture, removals);
  return picture;
}

Response ImageEndpoint::AnswerWith(const Request& request, const OpenPicture& picture) {
  Response response = MakeFileResponse(request, picture.file);
  Count(request, response, picture);
  return response;
}

Response ImageEndpoint::AnswerOpened(const Request& request, const OpenPicture& picture,
                                     std::chrono::steady_clock::time_point begun) {
  Response response = AnswerWith(request, picture);
  if (server_timing_) {
    response.AddLines(DiskTiming(
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.Monotonic() - begun)));
  }
  return response;
}

image_cache::Answer ImageEndpoint::AnswerCompressed(const Request& request, std::string name,
                                                    OpenPicture picture, HeaderLines header_lines) {
  if (NamesMediaType(request.Header("Accept"), MimeType(ImageType::kJxl))) {
    // Whoever opens it once opens it again, and shows a JPEG in half the time.
    if (restoring_ != nullptr) restoring_->Restore(picture.path, [](const auto&) {});
    return AnswerWith(request, picture);
  }
  if (restoring_ == nullptr) {
    return MakeProblem(kStorageFailedProblem, "The server's log says more.");
  }
  return AnswerRestored(request, std::move(name), std::move(picture), std::move(header_lines));
}

// The parameters are the frame's own: the lines may be replaced while it waits.
Task<Response> ImageEndpoint::AnswerRestored(const Request& request, std::string name,
                                             OpenPicture picture, HeaderLines header_lines) {
  using Outcome = Result<RestoredPtr, RestoreError>;
  const auto restore = [&](auto done) { restoring_->Restore(picture.path, std::move(done)); };
  const Outcome restored = co_await AwaitCallback<Outcome>(restore);
  if (!restored) {
    // Another may have turned it back just before.
    const auto again = Open(request, name, picture.path, header_lines);
    if (again && !again->is_compressed) co_return AnswerWith(request, *again);
    if (restored.error().code == RestoreError::kNotFound) statistics_.CountMiss();
    co_return ToProblem(restored.error());
  }
  const std::string etag = "\"" + std::string(picture.path.file_name()) + "\"";
  const auto sent = std::make_shared<SentPicture>(
      *restored, FileDescription{.size_bytes = (*restored)->size_bytes,
                                 .modified_s = picture.file->validators().modified_s.value_or(0),
                                 .etag = etag,
                                 .content_type = MimeType(picture.path.type()),
                                 .header_lines = header_lines.of_two_forms});
  picture.file = std::shared_ptr<ServedFile>(sent, &sent->file);
  co_return AnswerWith(request, picture);
}

void ImageEndpoint::Count(const Request& request, const Response& response,
                          const OpenPicture& picture) {
  if (response.status == 304) {
    statistics_.CountNotModified();
  } else if (response.status == 200 || response.status == 206) {
    const bool has_body = request.method() != Method::kHead;
    const std::uint64_t bytes = has_body ? BodyLength(response.body) : 0;
    const bool has_saved = has_body && picture.cost != nullptr;
    // The origin has but the one picture: whoever is served a smaller one would have had all of it.
    const std::uint64_t origins_bytes = response.status == 200 ? picture.object_bytes : bytes;
    statistics_.CountHit(bytes, has_saved ? picture.cost->Microseconds(origins_bytes) : 0);
  } else {
    return;
  }
  if (trace_ == nullptr) return;
  trace_->Note({.object_id = picture.object_id,
                .size_bytes = picture.object_bytes,
                .actor_id = picture.path.actor_id()});
}

Response AnswerExists(const Request& request, Store& store) {
  auto path = ReadPath(request);
  if (!path) return std::move(path.error());
  return JsonResponse(200, {{"exists", store.Exists(*path)}});
}

}  // namespace image_cache
