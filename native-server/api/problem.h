// The contract's problems: the one place where an error of the services becomes an HTTP status.
//
// The types that the HTTP layer itself needs are in http/message/problem.h.
#pragma once

#include <string>
#include <string_view>

#include "native-server/api/request_error.h"
#include "native-server/http/message/problem.h"
#include "native-server/http/message/query.h"
#include "native-server/services/compression/restoring.h"
#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/prefetch/prefetch_jobs.h"
#include "native-server/services/revalidation/revalidation.h"
#include "native-server/services/sync/sync_service.h"
#include "native-server/store/store.h"
#include "shared/keys/url.h"
#include "shared/paths/local_path.h"

namespace image_cache {

inline constexpr ProblemType kInvalidPathProblem{400, "invalid-path",
                                                 "The path is not a cached picture's"};
inline constexpr ProblemType kInvalidActorIdProblem{400, "invalid-actor-id",
                                                    "The actor id is not valid"};
inline constexpr ProblemType kInvalidRevisionProblem{400, "invalid-revision",
                                                     "The revision is not a number"};
inline constexpr ProblemType kInvalidWidthProblem{400, "invalid-width",
                                                  "There are no pictures of this width"};
inline constexpr ProblemType kInvalidUrlProblem{400, "invalid-url", "The URL is not valid"};
inline constexpr ProblemType kInvalidJsonProblem{400, "invalid-json", "The body is not JSON"};
inline constexpr ProblemType kUnauthorizedProblem{401, "unauthorized", "A token is needed"};
inline constexpr ProblemType kCrossOriginProblem{403, "cross-origin-refused",
                                                 "This origin may not change anything"};
inline constexpr ProblemType kNotFoundProblem{404, "not-found", "There is nothing here"};
inline constexpr ProblemType kNotCachedProblem{404, "not-cached", "The picture is not cached"};
inline constexpr ProblemType kNoSuchJobProblem{404, "no-such-job", "There is no such job"};
inline constexpr ProblemType kMethodProblem{405, "method-not-allowed",
                                            "The method is not allowed here"};
inline constexpr ProblemType kNoVerificationProblem{404, "no-verification",
                                                    "There was no verification yet"};
inline constexpr ProblemType kVerificationRunningProblem{409, "verification-running",
                                                         "A verification runs already"};
inline constexpr ProblemType kTooManyImagesProblem{413, "too-many-images",
                                                   "Too many images in one request"};
inline constexpr ProblemType kMediaTypeProblem{415, "unsupported-media-type",
                                               "The body's type is not understood"};
inline constexpr ProblemType kHostProblem{421, "host-not-allowed",
                                          "This server does not answer to that host name"};
inline constexpr ProblemType kTooManyJobsProblem{429, "too-many-jobs", "Too many jobs run already"};
inline constexpr ProblemType kTooManyRevalidationsProblem{429, "too-many-revalidations",
                                                          "Too many revalidations wait already"};
inline constexpr ProblemType kTooManySyncsProblem{429, "too-many-syncs",
                                                  "Too many syncs wait already"};
inline constexpr ProblemType kTooManyRestoredProblem{
    429, "too-many-restored", "Too many compressed pictures are being turned back"};
inline constexpr ProblemType kStorageFailedProblem{500, "storage-failed",
                                                   "The disk did not do its part"};
inline constexpr ProblemType kStorageReadOnlyProblem{503, "storage-read-only",
                                                     "The disk may only be read"};
inline constexpr ProblemType kStorageOffProblem{503, "storage-off",
                                                "The disk fails and is not tried for now"};
inline constexpr ProblemType kShuttingDownProblem{503, "shutting-down",
                                                  "The server is shutting down"};
inline constexpr ProblemType kStorageFullProblem{507, "storage-full", "There is no space left"};

// To a page that may not change anything, and to a request without the token.
[[nodiscard]] Response MakeCrossOriginProblem();
[[nodiscard]] Response MakeTokenProblem();

// The type of a failed fetch: its slug is also the `error` of a prefetch result.
[[nodiscard]] const ProblemType& TypeOf(FetchError error);

[[nodiscard]] Response ToProblem(const Error<FetchError>& error);
[[nodiscard]] Response ToProblem(const Error<StoreError>& error);
[[nodiscard]] Response ToProblem(const Error<RestoreError>& error);
[[nodiscard]] Response ToProblem(const Error<PathError>& error);
[[nodiscard]] Response ToProblem(const Error<UrlError>& error);
[[nodiscard]] Response ToProblem(const Error<QueryError>& error);
[[nodiscard]] Response ToProblem(const Error<RequestError>& error);
[[nodiscard]] Response ToProblem(const Error<JobError>& error);
[[nodiscard]] Response ToProblem(const Error<RevalidationError>& error);
[[nodiscard]] Response ToProblem(const Error<SyncError>& error);

}  // namespace image_cache
