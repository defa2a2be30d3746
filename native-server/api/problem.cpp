#include "native-server/api/problem.h"

#include <spdlog/spdlog.h>

namespace image_cache {
namespace {

// Only what an origin did has its types here; the rest is in the header.
constexpr ProblemType kOriginNotAllowed{403, "origin-not-allowed",
                                        "This origin may not be fetched from"};
constexpr ProblemType kOriginNotFound{404, "origin-not-found", "The origin has no such picture"};
constexpr ProblemType kOriginDenied{502, "origin-denied", "The origin refused the request"};
constexpr ProblemType kOriginUnavailable{502, "origin-unavailable", "The origin cannot be reached"};
constexpr ProblemType kOriginTimeout{504, "origin-timeout", "The origin took too long"};
constexpr ProblemType kOriginTruncated{502, "origin-truncated",
                                       "The origin ended before the picture was whole"};
constexpr ProblemType kOriginUnexpected{502, "origin-unexpected",
                                        "The origin gave an unexpected answer"};
constexpr ProblemType kNotAPicture{502, "not-a-picture", "What the origin sent is no picture"};
constexpr ProblemType kTooLarge{502, "too-large", "The picture is too large"};
// These last from seconds to minutes; whoever is refused looks again soon, but does not hammer.
constexpr std::string_view kRetryAfterSeconds = "5";

constexpr ProblemType kCancelled{503, "cancelled", "The download was cancelled"};

Response AskLater(Response problem) {
  problem.AddHeader("Retry-After", kRetryAfterSeconds);
  return problem;
}

const ProblemType& TypeOf(StoreError error) {
  switch (error) {
    case StoreError::kNotFound:
      return kNotCachedProblem;
    case StoreError::kFull:
      return kStorageFullProblem;
    case StoreError::kTooLarge:
      return kTooLarge;
    case StoreError::kNotAPicture:
      return kNotAPicture;
    case StoreError::kNotWritable:
      return kStorageReadOnlyProblem;
    case StoreError::kOff:
      return kStorageOffProblem;
    case StoreError::kInUse:
    case StoreError::kNewerFormat:
    case StoreError::kIo:
      break;
  }
  return kStorageFailedProblem;
}

const ProblemType& TypeOf(RequestError error) {
  switch (error) {
    case RequestError::kNotJson:
      return kInvalidJsonProblem;
    case RequestError::kInvalidActorId:
      return kInvalidActorIdProblem;
    case RequestError::kTooManyImages:
      return kTooManyImagesProblem;
    case RequestError::kInvalid:
      break;
  }
  return kInvalidRequestProblem;
}

}  // namespace

const ProblemType& TypeOf(FetchError error) {
  switch (error) {
    case FetchError::kInvalidUrl:
      return kInvalidUrlProblem;
    case FetchError::kOriginNotAllowed:
      return kOriginNotAllowed;
    case FetchError::kOriginNotFound:
      return kOriginNotFound;
    case FetchError::kOriginDenied:
      return kOriginDenied;
    case FetchError::kOriginUnavailable:
      return kOriginUnavailable;
    case FetchError::kOriginTimeout:
      return kOriginTimeout;
    case FetchError::kOriginTruncated:
      return kOriginTruncated;
    case FetchError::kOriginUnexpected:
      return kOriginUnexpected;
    case FetchError::kNotAPicture:
      return kNotAPicture;
    case FetchError::kTooLarge:
      return kTooLarge;
    case FetchError::kNoSpace:
      return kStorageFullProblem;
    case FetchError::kStoreReadOnly:
      return kStorageReadOnlyProblem;
    case FetchError::kStoreFailed:
      return kStorageFailedProblem;
    case FetchError::kCancelled:
    case FetchError::kNotModified:
      break;
  }
  return kCancelled;
}

Response MakeCrossOriginProblem() {
  return MakeProblem(
      kCrossOriginProblem,
      "If the page is to be trusted, start the server with --allowed-origin ORIGIN.");
}

Response MakeTokenProblem() {
  Response problem = MakeProblem(kUnauthorizedProblem,
                                 "Send the server's token as 'Authorization: Bearer TOKEN'.");
  problem.AddHeader("WWW-Authenticate", "Bearer");
  return problem;
}

Response ToProblem(const Error<FetchError>& error) {
  return MakeProblem(TypeOf(error.code), error.detail);
}

Response ToProblem(const Error<StoreError>& error) {
  const ProblemType& type = TypeOf(error.code);
  if (type.status == 503) return AskLater(MakeProblem(type, type.title));
  if (type.status != 500) return MakeProblem(type, type.title);
  // What the disk said is for the operator, not for whoever asked.
  spdlog::error("the store failed: {}", error.detail);
  return MakeProblem(type, "The server's log says more.");
}

Response ToProblem(const Error<RestoreError>& error) {
  switch (error.code) {
    case RestoreError::kNotFound:
      return MakeProblem(kNotCachedProblem, kNotCachedProblem.title);
    case RestoreError::kBusy:
      return AskLater(MakeProblem(kTooManyRestoredProblem, kTooManyRestoredProblem.title));
    case RestoreError::kFailed:
      break;
  }
  spdlog::error("a compressed picture cannot be turned back: {}", error.detail);
  return MakeProblem(kStorageFailedProblem, "The server's log says more.");
}

Response ToProblem(const Error<PathError>& error) {
  return MakeProblem(kInvalidPathProblem, error.detail);
}

Response ToProblem(const Error<UrlError>& error) {
  return MakeProblem(error.code == UrlError::kTooLong ? kUrlTooLongProblem : kInvalidUrlProblem,
                     error.detail);
}

Response ToProblem(const Error<QueryError>& error) {
  return MakeProblem(kInvalidRequestProblem, error.detail);
}

Response ToProblem(const Error<RequestError>& error) {
  return MakeProblem(TypeOf(error.code), error.detail);
}

// Of these there is one code each, so far.

Response ToProblem(const Error<JobError>& error) {
  return AskLater(MakeProblem(kTooManyJobsProblem, error.detail));
}

Response ToProblem(const Error<RevalidationError>& error) {
  return AskLater(MakeProblem(kTooManyRevalidationsProblem, error.detail));
}

Response ToProblem(const Error<SyncError>& error) {
  return AskLater(MakeProblem(kTooManySyncsProblem, error.detail));
}

}  // namespace image_cache
