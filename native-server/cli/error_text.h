// What an operator is told when the program cannot start: what is wrong, and what to do about it.
#pragma once

#include <string>

#include "native-server/cli/failure.h"
#include "native-server/http/server/listener.h"
#include "native-server/origin/access/credentials.h"
#include "native-server/origin/downloader.h"
#include "native-server/store/store.h"

namespace image_cache {

[[nodiscard]] Failure DescribeStoreError(const Error<StoreError>& error,
                                         const std::string& cache_dir);
[[nodiscard]] Failure DescribeListenError(const Error<ListenError>& error,
                                          const std::string& address);
// `folder` as people name it: s3://bucket/prefix/.
[[nodiscard]] Failure DescribeListingError(const Error<OriginError>& error,
                                           const std::string& folder, bool has_credentials);
[[nodiscard]] Failure DescribeCredentialsError(const Error<CredentialsError>& error);

}  // namespace image_cache
