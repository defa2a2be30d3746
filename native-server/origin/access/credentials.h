// AWS credentials, by the names that every S3 tool uses.
//
// Order: AWS_ACCESS_KEY_ID/AWS_SECRET_ACCESS_KEY/AWS_SESSION_TOKEN, then AWS_PROFILE (or "default")
// in ~/.aws/credentials and ~/.aws/config (AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE move
// them). Region: --s3-region, AWS_REGION, AWS_DEFAULT_REGION, the profile's, else us-east-1. A
// profile that assumes a role or signs in (role_arn, sso_*, credential_process) gives no keys here:
// have another tool export them into the environment.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "shared/result.h"

namespace image_cache {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty when there is none
};

enum class CredentialsError {
  kProfileNotFound,  // AWS_PROFILE names a profile that is in neither file
  kIncomplete,  // a key id without its secret, or the other way round, or one that cannot be one
};

class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  // Nothing when there are none: requests are then unsigned. The downloader calls it on its thread,
  // before each request, so a provider may hand out keys that change.
  [[nodiscard]] virtual std::optional<Credentials> Get() = 0;
  // Thread-safe. Never empty.
  [[nodiscard]] virtual std::string Region() const = 0;
};

using GetEnv = std::function<const char*(const char*)>;

// Reads the environment and the files once. `getenv` is a seam for tests. A file that is missing or
// cannot be read is as one that is empty.
// Errors: as above; the detail names the variable or profile, never a value.
[[nodiscard]] Result<std::unique_ptr<CredentialsProvider>, CredentialsError> LoadCredentials(
    const std::string& region_option, const GetEnv& getenv);

// What stands in for --s3-endpoint when that is not given: AWS_ENDPOINT_URL_S3, else
// AWS_ENDPOINT_URL; nothing when neither is set or AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is "true".
[[nodiscard]] std::optional<std::string> EndpointFromEnvironment(const GetEnv& getenv);

}  // namespace image_cache
