// Why a picture could not be fetched: the one enum that the API maps to problems and to `error`,
// and the one place where the errors of the origin and of the store become it.
#pragma once

#include "native-server/origin/downloader.h"
#include "native-server/store/store.h"
#include "shared/keys/url.h"
#include "shared/result.h"

namespace image_cache {

enum class FetchError {
  kInvalidUrl,
  kOriginNotAllowed,
  kOriginNotFound,
  kOriginDenied,
  kOriginUnavailable,
  kOriginTimeout,
  kOriginTruncated,
  kOriginUnexpected,
  kNotAPicture,
  kTooLarge,
  kNoSpace,
  kStoreReadOnly,
  kStoreFailed,
  kCancelled,
  // Not a failure: the origin still has what a request's known_etag names. Never leaves the
  // services.
  kNotModified,
};

// True for failures that may pass by themselves: asking again later makes sense.
[[nodiscard]] bool IsTransient(FetchError error);

[[nodiscard]] Error<FetchError> ToFetchError(const Error<UrlError>& error);
[[nodiscard]] Error<FetchError> ToFetchError(const Error<OriginError>& error);
[[nodiscard]] Error<FetchError> ToFetchError(const Error<StoreError>& error);

}  // namespace image_cache
