#include "native-server/services/fetch/fetch_error.h"

namespace image_cache {
namespace {

FetchError CodeOf(OriginError error) {
  switch (error) {
    case OriginError::kNotAllowed:
      return FetchError::kOriginNotAllowed;
    case OriginError::kInvalidUrl:
      return FetchError::kInvalidUrl;
    case OriginError::kNotFound:
      return FetchError::kOriginNotFound;
    case OriginError::kDenied:
      return FetchError::kOriginDenied;
    case OriginError::kUnavailable:
      return FetchError::kOriginUnavailable;
    case OriginError::kTimeout:
      return FetchError::kOriginTimeout;
    case OriginError::kTruncated:
      return FetchError::kOriginTruncated;
    case OriginError::kRejectedBody:  // the sink knows better; see FetchSink
    case OriginError::kUnexpected:
      return FetchError::kOriginUnexpected;
    case OriginError::kNotModified:
      return FetchError::kNotModified;
    case OriginError::kCancelled:
      return FetchError::kCancelled;
  }
  return FetchError::kOriginUnexpected;
}

FetchError CodeOf(StoreError error) {
  switch (error) {
    case StoreError::kTooLarge:
      return FetchError::kTooLarge;
    case StoreError::kFull:
      return FetchError::kNoSpace;
    case StoreError::kNotAPicture:
      return FetchError::kNotAPicture;
    case StoreError::kNotWritable:
      return FetchError::kStoreReadOnly;
    case StoreError::kNotFound:
    case StoreError::kInUse:
    case StoreError::kNewerFormat:
    case StoreError::kOff:
    case StoreError::kIo:
      return FetchError::kStoreFailed;
  }
  return FetchError::kStoreFailed;
}

}  // namespace

bool IsTransient(FetchError error) {
  switch (error) {
    case FetchError::kOriginUnavailable:
    case FetchError::kOriginTimeout:
    case FetchError::kOriginTruncated:
    case FetchError::kStoreReadOnly:
    case FetchError::kStoreFailed:
      return true;
    default:
      return false;
  }
}

Error<FetchError> ToFetchError(const Error<UrlError>& error) {
  return {.code = FetchError::kInvalidUrl, .detail = error.detail};
}

Error<FetchError> ToFetchError(const Error<OriginError>& error) {
  return {.code = CodeOf(error.code), .detail = error.detail};
}

Error<FetchError> ToFetchError(const Error<StoreError>& error) {
  return {.code = CodeOf(error.code), .detail = error.detail};
}

}  // namespace image_cache
