#include "native-server/origin/access/credentials.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "native-server/origin/access/aws_profile.h"
#include "shared/keys/url.h"

namespace image_cache {
namespace {

constexpr std::size_t kMaxProfileFileBytes = 1024 * 1024;
constexpr std::string_view kDefaultRegion = "us-east-1";

class FixedCredentials final : public CredentialsProvider {
 public:
  FixedCredentials(std::optional<Credentials> credentials, std::string region)
      : credentials_(std::move(credentials)), region_(std::move(region)) {}

  std::optional<Credentials> Get() override { return credentials_; }
  std::string Region() const override { return region_; }

 private:
  const std::optional<Credentials> credentials_;
  const std::string region_;
};

std::string Variable(const GetEnv& getenv, const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string FirstOf(std::initializer_list<std::string> values) {
  for (const std::string& value : values) {
    if (!value.empty()) return value;
  }
  return {};
}

std::string Setting(const AwsSettings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

AwsProfiles ReadProfiles(const GetEnv& getenv, const char* variable, const char* in_home,
                         AwsFileKind kind) {
  const std::string home = Variable(getenv, "HOME");
  std::string path = Variable(getenv, variable);
  if (path.empty()) {
    if (home.empty()) return {};
    path = home + in_home;
  } else if (path.starts_with("~/")) {
    path.replace(0, 1, home);
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxProfileFileBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return ParseAwsProfiles(text, kind);
}

// The keys go into header lines: a line break in one would add headers of its own.
bool IsKeyText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

using Found = Result<std::optional<Credentials>, CredentialsError>;

Found MakeCredentials(Credentials found, const std::string& where) {
  if (found.access_key_id.empty() && found.secret_access_key.empty()) return std::nullopt;
  if (found.access_key_id.empty() || found.secret_access_key.empty()) {
    return Fail(CredentialsError::kIncomplete,
                where + (found.access_key_id.empty()
                             ? " gives a secret access key without its access key id"
                             : " gives an access key id without its secret access key"));
  }
  if (!IsKeyText(found.access_key_id) || !IsKeyText(found.secret_access_key) ||
      !IsKeyText(found.session_token)) {
    return Fail(CredentialsError::kIncomplete,
                where + " gives keys with blanks or characters that no key has");
  }
  return found;
}

Found FromEnvironment(const GetEnv& getenv) {
  return MakeCredentials({.access_key_id = Variable(getenv, "AWS_ACCESS_KEY_ID"),
                          .secret_access_key = Variable(getenv, "AWS_SECRET_ACCESS_KEY"),
                          .session_token = Variable(getenv, "AWS_SESSION_TOKEN")},
                         "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)");
}

Found FromProfile(const AwsSettings& settings, const std::string& profile) {
  return MakeCredentials({.access_key_id = Setting(settings, "aws_access_key_id"),
                          .secret_access_key = Setting(settings, "aws_secret_access_key"),
                          .session_token = Setting(settings, "aws_session_token")},
                         "the profile \"" + profile + "\"");
}

}  // namespace

Result<std::unique_ptr<CredentialsProvider>, CredentialsError> LoadCredentials(
    const std::string& region_option, const GetEnv& getenv) {
  AwsProfiles credentials_file = ReadProfiles(getenv, "AWS_SHARED_CREDENTIALS_FILE",
                                              "/.aws/credentials", AwsFileKind::kCredentials);
  AwsProfiles config_file =
      ReadProfiles(getenv, "AWS_CONFIG_FILE", "/.aws/config", AwsFileKind::kConfig);

  const std::string named =
      FirstOf({Variable(getenv, "AWS_PROFILE"), Variable(getenv, "AWS_DEFAULT_PROFILE")});
  const std::string profile = named.empty() ? "default" : named;
  if (!named.empty() && !credentials_file.contains(named) && !config_file.contains(named)) {
    return Fail(CredentialsError::kProfileNotFound,
                "AWS_PROFILE names the profile \"" + named +
                    "\", which is in neither the credentials nor the config file");
  }
  const AwsSettings& in_credentials = credentials_file[profile];
  const AwsSettings& in_config = config_file[profile];

  Found found = FromEnvironment(getenv);
  // A key pair is never put together from two places.
  if (found && !*found) found = FromProfile(in_credentials, profile);
  if (found && !*found) found = FromProfile(in_config, profile);
  if (!found) return tl::make_unexpected(std::move(found).error());

  std::string region =
      FirstOf({region_option, Variable(getenv, "AWS_REGION"),
               Variable(getenv, "AWS_DEFAULT_REGION"), Setting(in_config, "region"),
               Setting(in_credentials, "region"), std::string(kDefaultRegion)});
  return std::make_unique<FixedCredentials>(*std::move(found), std::move(region));
}

std::optional<std::string> EndpointFromEnvironment(const GetEnv& getenv) {
  if (ToLowerAscii(Variable(getenv, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) == "true") {
    return std::nullopt;
  }
  std::string endpoint =
      FirstOf({Variable(getenv, "AWS_ENDPOINT_URL_S3"), Variable(getenv, "AWS_ENDPOINT_URL")});
  if (endpoint.empty()) return std::nullopt;
  return endpoint;
}

}  // namespace image_cache
