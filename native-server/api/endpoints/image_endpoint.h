// GET and HEAD /api/cache/image?path=…: the picture's bytes, and GET /api/cache/exists?path=….
//
// The hit path: no JSON, no log line; a picture that was served before is served from what is kept
// of it (open_images.h). Owned by main. Thread-safe, as long as every request says the thread that
// handles it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native-server/api/endpoints/open_images.h"
#include "native-server/api/endpoints/svg_lines.h"
#include "native-server/base/reloadable.h"
#include "native-server/http/handler.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/replay/trace_writer.h"
#include "native-server/services/compression/restoring.h"
#include "native-server/services/monitoring/origin_times.h"
#include "native-server/services/smaller/smaller_service.h"
#include "native-server/services/statistics.h"
#include "native-server/store/store.h"

namespace image_cache {

class ImageEndpoint {
 public:
  // `limits` are those of all threads together; `trace` is null when accesses are not recorded;
  // `timing_line`: see TimingLine; `server_timing`: every answer has the header Server-Timing;
  // `smaller` is null when no smaller pictures are made, `restoring` when no picture may be
  // compressed.
  // What is referred to outlives this.
  ImageEndpoint(Store& store, Statistics& statistics, const OriginTimes& origin_times,
                const Clock& clock, std::size_t threads, const OpenImagesLimits& limits = {},
                TraceWriter* trace = nullptr, std::string_view timing_line = {},
                bool server_timing = false, SmallerService* smaller = nullptr,
                Restoring* restoring = nullptr);

  // By the request's `path`: 200, 206, 304; problems: invalid-path, invalid-request, invalid-width,
  // not-cached, range-not-satisfiable, precondition-failed, storage-failed,
  // too-many-restored. A task only when a smaller picture is to be made, or one turned back.
  // REQUIRES: the request's thread is one of `threads`.
  [[nodiscard]] image_cache::Answer Answer(const Request& request);
  // The same for the picture that a URL stands for at present, so it is to be asked for again each
  // time. Nothing, and no miss is counted, when it is not there any more.
  [[nodiscard]] std::optional<image_cache::Answer> AnswerCurrent(const Request& request,
                                                                 const LocalPath& path);

  // Replaces the timing line, and makes each thread open anew, at its next Sweep, what it keeps: by
  // the rules that the store has now.
  void Reload(std::string_view timing_line) {
    lines_.Replace(Lines(timing_line, server_timing_, restoring_ != nullptr));
  }

  // The `w` of the query; nothing without one, and where no smaller pictures are made. The problem
  // to answer with: invalid-request, invalid-width.
  [[nodiscard]] tl::expected<std::optional<int>, Response> ReadWidth(const Request& request) const;
  // As AnswerCurrent, of this width, which is waited for; the picture itself where that cannot be
  // had. Problems as above. Nothing when neither is there any more.
  [[nodiscard]] std::optional<image_cache::Answer> AnswerCurrentSmaller(const Request& request,
                                                                        const LocalPath& path,
                                                                        int width);

  // Called on each of the threads now and then.
  void Sweep(std::size_t thread);

  // Of all threads together.
  [[nodiscard]] OpenImagesStats Stats() const;

 private:
  struct HeaderLines {
    HeaderLines(std::string lines, bool may_vary)
        : usual(std::move(lines)),
          of_svg(usual + std::string(kSvgLines)),
          of_two_forms(usual + "Vary: Accept\r\n"),
          of_jpeg(may_vary ? of_two_forms : usual) {}

    [[nodiscard]] const std::string& Of(const OpenedImage& image) const;

    std::string usual;
    std::string of_svg;
    std::string of_two_forms;
    std::string of_jpeg;
  };

  // Of a picture that is asked for by its path, by its URL, and in place of a smaller one.
  struct Lines {
    Lines(std::string_view timing_line, bool server_timing, bool may_vary);

    HeaderLines image;
    HeaderLines current;
    HeaderLines unshrunk;
  };
  // What one thread keeps open, and which lines were the newest when it began to keep it.
  struct Kept {
    std::unique_ptr<OpenImages> images;
    std::uint64_t lines_number;
  };

  // Which of them: what waits may go on with newer ones.
  using LinesKind = HeaderLines Lines::*;

  // Kept under `name` from now on; under no name, or when it is
  // compressed, not at all. Errors: those of the store.
  [[nodiscard]] Result<OpenPicture, StoreError> Open(const Request& request, std::string_view name,
                                                     const LocalPath& path,
                                                     const HeaderLines& header_lines);
  [[nodiscard]] Result<OpenPicture, StoreError> OpenSmaller(const Request& request,
                                                            std::string_view name,
                                                            const LocalPath& path, int width,
                                                            const HeaderLines& header_lines);
  OpenPicture Keep(const Request& request, std::string_view name, const LocalPath& path,
                   OpenedImage image, std::uint64_t removals, const HeaderLines& header_lines);
  [[nodiscard]] Response AnswerError(const Error<StoreError>& error);
  [[nodiscard]] image_cache::Answer AnswerSmaller(const Request& request, std::string name,
                                                  const LocalPath& path, int width);
  [[nodiscard]] Task<Response> MakeSmaller(const Request& request, std::string name, LocalPath path,
                                           int width, LinesKind lines);
  [[nodiscard]] Response AnswerWith(const Request& request, const OpenPicture& picture);
  // The same for a picture whose file was opened since `begun`.
  [[nodiscard]] Response AnswerOpened(const Request& request, const OpenPicture& picture,
                                      std::chrono::steady_clock::time_point begun);
  // REQUIRES: the picture is compressed.
  [[nodiscard]] image_cache::Answer AnswerCompressed(const Request& request, std::string name,
                                                     OpenPicture picture, HeaderLines header_lines);
  [[nodiscard]] Task<Response> AnswerRestored(const Request& request, std::string name,
                                              OpenPicture picture, HeaderLines header_lines);
  void Count(const Request& request, const Response& response, const OpenPicture& picture);

  Store& store_;
  Statistics& statistics_;
  const OriginTimes& origin_times_;
  const Clock& clock_;
  const OpenImagesLimits limits_;
  TraceWriter* const trace_;
  const bool server_timing_;
  SmallerService* const smaller_;
  Restoring* const restoring_;
  Reloadable<Lines> lines_;
  std::vector<Kept> open_images_;  // by thread
};

// {"exists": true|false}; problems: invalid-path, invalid-request.
[[nodiscard]] Response AnswerExists(const Request& request, Store& store);

}  // namespace image_cache
