#include "native-server/origin/access/credentials.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace image_cache {
namespace {

class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest()
      : home_(std::filesystem::temp_directory_path() /
              ("origin-credentials-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(home_ / ".aws");
    variables_["HOME"] = home_.string();
  }
  ~CredentialsTest() override { std::filesystem::remove_all(home_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(home_ / name) << text;
  }
  GetEnv Environment() const {
    return [this](const char* name) -> const char* {
      const auto found = variables_.find(name);
      return found == variables_.end() ? nullptr : found->second.c_str();
    };
  }
  auto Load(const std::string& region = {}) const { return LoadCredentials(region, Environment()); }
  // "id/secret/token", "none", or the detail of the error.
  std::string Keys() const {
    const auto provider = Load();
    if (!provider) return provider.error().detail;
    const auto keys = (*provider)->Get();
    if (!keys) return "none";
    return keys->access_key_id + "/" + keys->secret_access_key + "/" + keys->session_token;
  }
  CredentialsError Error() const {
    const auto provider = Load();
    EXPECT_FALSE(provider.has_value());
    return provider ? CredentialsError{-1} : provider.error().code;
  }

  const std::filesystem::path home_;
  std::map<std::string, std::string, std::less<>> variables_;
};

constexpr char kCredentialsFile[] = R"(# two people
[default]
aws_access_key_id = DEFAULTID
aws_secret_access_key = default/secret==

[work]
aws_access_key_id = WORKID
aws_secret_access_key = worksecret
aws_session_token = worktoken
region = ap-south-1
)";

TEST_F(CredentialsTest, WithoutAnythingThereAreNone) {
  EXPECT_EQ(Keys(), "none");
  EXPECT_EQ((*Load())->Region(), "us-east-1");
}

TEST_F(CredentialsTest, WithoutAHomeThereAreNone) {
  variables_.clear();
  EXPECT_EQ(Keys(), "none");
}

TEST_F(CredentialsTest, TheEnvironmentGoesBeforeTheFiles) {
  Write(".aws/credentials", kCredentialsFile);
  variables_["AWS_ACCESS_KEY_ID"] = "ENVID";
  variables_["AWS_SECRET_ACCESS_KEY"] = "envsecret";
  EXPECT_EQ(Keys(), "ENVID/envsecret/");
  variables_["AWS_SESSION_TOKEN"] = "envtoken";
  EXPECT_EQ(Keys(), "ENVID/envsecret/envtoken");
}

TEST_F(CredentialsTest, TheDefaultProfileIsReadFromItsFile) {
  Write(".aws/credentials", kCredentialsFile);
  EXPECT_EQ(Keys(), "DEFAULTID/default/secret==/");
}

TEST_F(CredentialsTest, AProfileCanBeNamed) {
  Write(".aws/credentials", kCredentialsFile);
  variables_["AWS_PROFILE"] = "work";
  EXPECT_EQ(Keys(), "WORKID/worksecret/worktoken");
  EXPECT_EQ((*Load())->Region(), "ap-south-1");
}

TEST_F(CredentialsTest, KeysInTheConfigFileCountWhenTheOtherHasNone) {
  Write(".aws/config",
        "[profile work]\naws_access_key_id=CONFIGID\naws_secret_access_key=configsecret\n");
  variables_["AWS_PROFILE"] = "work";
  EXPECT_EQ(Keys(), "CONFIGID/configsecret/");
  Write(".aws/credentials", kCredentialsFile);
  EXPECT_EQ(Keys(), "WORKID/worksecret/worktoken");
}

TEST_F(CredentialsTest, TheFilesCanBeElsewhere) {
  Write("keys", "[default]\naws_access_key_id=MOVED\naws_secret_access_key=s\n");
  Write("settings", "[default]\nregion=sa-east-1\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = (home_ / "keys").string();
  variables_["AWS_CONFIG_FILE"] = "~/settings";
  EXPECT_EQ(Keys(), "MOVED/s/");
  EXPECT_EQ((*Load())->Region(), "sa-east-1");
}

TEST_F(CredentialsTest, AFileThatCannotBeReadIsAsOneThatIsEmpty) {
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = home_.string();  // a folder
  variables_["AWS_CONFIG_FILE"] = "/nonexistent/config";
  EXPECT_EQ(Keys(), "none");
}

TEST_F(CredentialsTest, AProfileThatIsNowhereIsAnErrorThatNamesIt) {
  Write(".aws/credentials", kCredentialsFile);
  variables_["AWS_PROFILE"] = "wrok";
  EXPECT_EQ(Error(), CredentialsError::kProfileNotFound);
  EXPECT_NE(Keys().find("\"wrok\""), std::string::npos);
}

TEST_F(CredentialsTest, AProfileWithoutKeysIsNoError) {
  Write(".aws/config", "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nregion = eu-north-1\n");
  variables_["AWS_PROFILE"] = "role";
  EXPECT_EQ(Keys(), "none");
  EXPECT_EQ((*Load())->Region(), "eu-north-1");
}

TEST_F(CredentialsTest, HalfAPairIsAnErrorThatShowsNoValue) {
  variables_["AWS_ACCESS_KEY_ID"] = "ENVID";
  EXPECT_EQ(Error(), CredentialsError::kIncomplete);
  EXPECT_EQ(Keys().find("ENVID"), std::string::npos);
  variables_.erase("AWS_ACCESS_KEY_ID");
  variables_["AWS_SECRET_ACCESS_KEY"] = "envsecret";
  EXPECT_EQ(Error(), CredentialsError::kIncomplete);
  EXPECT_EQ(Keys().find("envsecret"), std::string::npos);
}

TEST_F(CredentialsTest, APairIsNeverPutTogetherFromTwoPlaces) {
  Write(".aws/credentials", "[default]\naws_access_key_id=A\n");
  Write(".aws/config", "[default]\naws_secret_access_key=B\n");
  EXPECT_EQ(Error(), CredentialsError::kIncomplete);
  EXPECT_NE(Keys().find("\"default\""), std::string::npos);
}

TEST_F(CredentialsTest, AKeyWithALineBreakIsRefused) {
  variables_["AWS_ACCESS_KEY_ID"] = "ENVID\r\nX-Evil: 1";
  variables_["AWS_SECRET_ACCESS_KEY"] = "envsecret";
  EXPECT_EQ(Error(), CredentialsError::kIncomplete);
}

TEST_F(CredentialsTest, EmptyVariablesAreAsUnsetOnes) {
  Write(".aws/credentials", kCredentialsFile);
  for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                           "AWS_PROFILE", "AWS_REGION", "AWS_SHARED_CREDENTIALS_FILE"}) {
    variables_[name] = "";
  }
  EXPECT_EQ(Keys(), "DEFAULTID/default/secret==/");
}

TEST_F(CredentialsTest, TheRegionComesFromTheFirstPlaceThatHasOne) {
  Write(".aws/credentials", "[default]\nregion = r6\n");
  EXPECT_EQ((*Load())->Region(), "r6");
  Write(".aws/config", "[default]\nregion = r5\n");
  EXPECT_EQ((*Load())->Region(), "r5");
  variables_["AWS_DEFAULT_REGION"] = "r3";
  EXPECT_EQ((*Load())->Region(), "r3");
  variables_["AWS_REGION"] = "r2";
  EXPECT_EQ((*Load())->Region(), "r2");
  EXPECT_EQ((*Load("r1"))->Region(), "r1");
}

TEST_F(CredentialsTest, TheEndpointComesFromTheEnvironment) {
  EXPECT_EQ(EndpointFromEnvironment(Environment()), std::nullopt);
  variables_["AWS_ENDPOINT_URL"] = "http://all:1";
  EXPECT_EQ(EndpointFromEnvironment(Environment()), "http://all:1");
  variables_["AWS_ENDPOINT_URL_S3"] = "http://s3:1";
  EXPECT_EQ(EndpointFromEnvironment(Environment()), "http://s3:1");
  variables_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(EndpointFromEnvironment(Environment()), std::nullopt);
}

}  // namespace
}  // namespace image_cache
