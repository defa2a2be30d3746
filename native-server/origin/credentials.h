// AWS credentials, by the names that every S3 tool uses.
//
// Order: AWS_ACCESS_KEY_ID/AWS_SECRET_ACCESS_KEY/AWS_SESSION_TOKEN, then AWS_PROFILE (or "default")
// in ~/.aws/credentials and ~/.aws/config (AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE move them).
// Region: --s3-region, AWS_REGION, AWS_DEFAULT_REGION, the profile's, else us-east-1.
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
  kIncomplete,       // a key id without its secret, or the other way round
};

class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  // Nothing when there are none: requests are then unsigned.
  [[nodiscard]] virtual std::optional<Credentials> Get() = 0;
  [[nodiscard]] virtual std::string Region() const = 0;
};

// Reads the environment and the files once. `getenv` is a seam for tests.
// Errors: as above; the detail names the variable or profile, never a value.
[[nodiscard]] Result<std::unique_ptr<CredentialsProvider>, CredentialsError> LoadCredentials(
    const std::string& region_option,
    const std::function<const char*(const char*)>& getenv);

}  // namespace image_cache
