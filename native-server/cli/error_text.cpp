#include "native-server/cli/error_text.h"

#include <fmt/format.h>

namespace image_cache {

Failure DescribeStoreError(const Error<StoreError>& error, const std::string& cache_dir) {
  switch (error.code) {
    case StoreError::kNotWritable:
      return {kExitFailed,
              fmt::format("cannot write to the cache folder {}: {}; give one that can be written "
                          "with --cache-dir DIR",
                          cache_dir, error.detail)};
    case StoreError::kInUse:
      return {kExitFailed,
              fmt::format("the cache folder {} is in use by another server; stop that one or give "
                          "another folder with --cache-dir DIR",
                          cache_dir)};
    case StoreError::kNewerFormat:
      return {kExitFailed,
              fmt::format("the cache folder {} was written by a newer version of image-cache ({}); "
                          "install that version or give another folder with --cache-dir DIR",
                          cache_dir, error.detail)};
    case StoreError::kNotFound:
    case StoreError::kTooLarge:
    case StoreError::kFull:
    case StoreError::kNotAPicture:
    case StoreError::kOff:
    case StoreError::kIo:
      break;
  }
  return {kExitFailed,
          fmt::format("the cache folder {} cannot be used: {}; check the disk, or give "
                      "another folder with --cache-dir DIR",
                      cache_dir, error.detail)};
}

Failure DescribeListenError(const Error<ListenError>& error, const std::string& address) {
  const char* advice = "give another address with --listen HOST:PORT";
  switch (error.code) {
    case ListenError::kAddressInUse:
      advice =
          "stop the program that has it, or give another with --listen HOST:PORT (port 0 takes "
          "one that is free)";
      break;
    case ListenError::kNotAllowed:
      advice = "give a port above 1023 with --listen HOST:PORT";
      break;
    case ListenError::kUnknownHost:
    case ListenError::kFailed:
      break;
  }
  return {kExitFailed, fmt::format("cannot listen on {}: {}; {}", address, error.detail, advice)};
}

Failure DescribeListingError(const Error<OriginError>& error, const std::string& folder,
                             bool has_credentials) {
  const char* advice = "";
  switch (error.code) {
    case OriginError::kDenied:
      advice =
          has_credentials
              ? "these credentials need s3:ListBucket on the bucket"
              : "give credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
      break;
    case OriginError::kNotFound:
      advice = "check the bucket's name, and --s3-endpoint";
      break;
    case OriginError::kNotAllowed:
      advice = "allow that server with --origin PATTERN";
      break;
    case OriginError::kUnavailable:
    case OriginError::kTimeout:
    case OriginError::kTruncated:
    case OriginError::kCancelled:
      advice = "try again later; what is cached by then is not fetched again";
      break;
    case OriginError::kUnexpected:
    case OriginError::kInvalidUrl:
    case OriginError::kRejectedBody:
    case OriginError::kNotModified:
      advice = "check --s3-endpoint, --s3-region and the bucket's name";
      break;
  }
  return {kExitFailed,
          OneLine(fmt::format("cannot list {}: {}; {}", folder, error.detail, advice))};
}

Failure DescribeCredentialsError(const Error<CredentialsError>& error) {
  const char* advice =
      error.code == CredentialsError::kProfileNotFound
          ? "set AWS_PROFILE to a profile of ~/.aws/credentials or ~/.aws/config, or "
            "unset it"
          : "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither";
  return {kExitFailed, fmt::format("{}; {}", error.detail, advice)};
}

}  // namespace image_cache
