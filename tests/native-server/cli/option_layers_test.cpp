#include "native-server/cli/option_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace image_cache {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class OptionLayersTest : public testing::Test {
 protected:
  OptionLayersTest()
      : config_((std::filesystem::temp_directory_path() /
                 (std::string("image-cache-") +
                  testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml"))
                    .string()) {}
  ~OptionLayersTest() override { std::remove(config_.c_str()); }

  void WriteConfig(const std::string& text) { std::ofstream(config_) << text; }

  Outcome<CommandLine> Parse(const std::vector<std::string>& arguments) {
    return ParseCommandLine(arguments, [this](const char* name) -> const char* {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    });
  }
  Settings ParseWell(const std::vector<std::string>& arguments) {
    auto parsed = Parse(arguments);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return parsed ? parsed->settings : Settings{};
  }
  std::string MessageOf(const std::vector<std::string>& arguments) {
    const auto parsed = Parse(arguments);
    if (parsed) return "it was accepted";
    EXPECT_EQ(parsed.error().exit_code, kExitUsage);
    EXPECT_THAT(parsed.error().message, Not(HasSubstr("\n")));
    return parsed.error().message;
  }

  std::string config_;
  std::map<std::string, std::string> environment_;
};

TEST_F(OptionLayersTest, HasDefaults) {
  const Settings settings = ParseWell({"serve"});
  EXPECT_EQ(settings.listen, "127.0.0.1:8787");
  EXPECT_EQ(settings.cache_dir, ".image-cache");
  EXPECT_EQ(settings.max_size_bytes, 10ULL << 30);
  EXPECT_EQ(settings.downloads, 16);
  EXPECT_THAT(settings.allowed_origins, ElementsAre("http://localhost:5173"));
}

TEST_F(OptionLayersTest, AFlagBeatsTheVariableWhichBeatsTheFile) {
  WriteConfig("max-size = \"3GiB\"\nmin-free = 3\ndownloads = 3\n");
  environment_ = {{"IMAGE_CACHE_MAX_SIZE", "2GiB"}, {"IMAGE_CACHE_DOWNLOADS", "2"}};
  const Settings settings = ParseWell({"serve", "--config", config_, "--max-size=1GiB"});
  EXPECT_EQ(settings.max_size_bytes, 1ULL << 30);
  EXPECT_EQ(settings.downloads, 2);
  EXPECT_EQ(settings.min_free_bytes, 3);
}

TEST_F(OptionLayersTest, AListReplacesTheListBelowIt) {
  WriteConfig("origin = [\"https://a.example\", \"https://b.example\"]\n");
  environment_ = {{"IMAGE_CACHE_CONFIG", config_}};
  EXPECT_THAT(ParseWell({"serve"}).origins, ElementsAre("https://a.example", "https://b.example"));
  environment_["IMAGE_CACHE_ORIGIN"] = "https://c.example, https://d.example";
  EXPECT_THAT(ParseWell({"serve"}).origins, ElementsAre("https://c.example", "https://d.example"));
  EXPECT_THAT(ParseWell({"serve", "--origin", "https://e.example"}).origins,
              ElementsAre("https://e.example"));
}

TEST_F(OptionLayersTest, OriginAddressesAreAListEverywhere) {
  WriteConfig("origin-address = [\"10.0.0.0/8\", \"fd12::7\"]\n");
  EXPECT_THAT(ParseWell({"serve", "--config", config_}).origin_addresses,
              ElementsAre("10.0.0.0/8", "fd12::7"));
  environment_ = {{"IMAGE_CACHE_ORIGIN_ADDRESS", "10.1.2.3, 10.4.5.6"}};
  EXPECT_THAT(ParseWell({"serve"}).origin_addresses, ElementsAre("10.1.2.3", "10.4.5.6"));
  EXPECT_THAT(ParseWell({"warm", "--origin-address", "::1", "list.json"}).origin_addresses,
              ElementsAre("::1"));
}

TEST_F(OptionLayersTest, AnEmptyVariableIsNotSet) {
  environment_ = {{"IMAGE_CACHE_MAX_SIZE", ""}, {"IMAGE_CACHE_CONFIG", ""}};
  EXPECT_EQ(ParseWell({"serve"}).max_size_bytes, 10ULL << 30);
}

TEST_F(OptionLayersTest, FlagsMayBeTrueOrFalseAnywhere) {
  WriteConfig("s3-path-style = true\n");
  EXPECT_TRUE(ParseWell({"serve", "--config", config_}).s3_path_style);
  environment_ = {{"IMAGE_CACHE_S3_PATH_STYLE", "false"}};
  EXPECT_FALSE(ParseWell({"serve", "--config", config_}).s3_path_style);
}

TEST_F(OptionLayersTest, OneFileServesEverySubcommand) {
  WriteConfig("listen = \"127.0.0.1:1\"\ncache-dir = \"elsewhere\"\n");
  EXPECT_EQ(ParseWell({"stats", "--config", config_, "--json"}).cache_dir, "elsewhere");
  const Settings warm = ParseWell({"warm", "--config", config_, "list.json"});
  EXPECT_EQ(warm.cache_dir, "elsewhere");
  EXPECT_EQ(warm.warm_file, "list.json");
  EXPECT_EQ(ParseWell({"clear", "0001"}).actor_id, "0001");
}

TEST_F(OptionLayersTest, SaysWhichOptionIsWrong) {
  EXPECT_THAT(MessageOf({}), HasSubstr("subcommand"));
  EXPECT_THAT(MessageOf({"fly"}), HasSubstr("fly"));
  EXPECT_THAT(MessageOf({"serve", "--fast"}),
              AllOf(HasSubstr("--fast"), HasSubstr("serve --help")));
  EXPECT_THAT(MessageOf({"serve", "--listen"}), HasSubstr("--listen"));
  EXPECT_THAT(MessageOf({"serve", "--listen", "localhost"}), HasSubstr("HOST:PORT"));
  EXPECT_THAT(MessageOf({"serve", "--max-size", "large"}),
              AllOf(HasSubstr("--max-size"), HasSubstr("10GiB")));
  EXPECT_THAT(MessageOf({"serve", "--downloads", "0"}), HasSubstr("--downloads"));
  EXPECT_THAT(MessageOf({"serve", "--log-level", "loud"}), HasSubstr("--log-level"));
  EXPECT_THAT(MessageOf({"warm"}), HasSubstr("SOURCE"));
}

TEST_F(OptionLayersTest, SaysWhereAWrongValueCameFrom) {
  environment_ = {{"IMAGE_CACHE_MAX_SIZE", "large"}};
  EXPECT_THAT(MessageOf({"serve"}), HasSubstr("IMAGE_CACHE_MAX_SIZE"));
  environment_.clear();
  WriteConfig("\nmax-size = \"large\"\n");
  EXPECT_THAT(MessageOf({"serve", "--config", config_}), HasSubstr(config_ + ":2"));
}

TEST_F(OptionLayersTest, SaysWhatIsWrongWithTheFile) {
  EXPECT_THAT(MessageOf({"serve", "--config", "/nonexistent.toml"}),
              HasSubstr("/nonexistent.toml"));
  EXPECT_THAT(MessageOf({"serve", "--config", "/"}), HasSubstr("cannot read"));
  WriteConfig("\nmax-sise = \"1GiB\"\n");
  EXPECT_THAT(MessageOf({"serve", "--config", config_}),
              AllOf(HasSubstr(config_ + ":2"), HasSubstr("max-sise")));
  WriteConfig("\n\nmax-size = = 3\n");
  EXPECT_THAT(MessageOf({"serve", "--config", config_}), HasSubstr(config_ + ":3"));
  WriteConfig("[serve]\nmax-size = \"1GiB\"\n");
  EXPECT_THAT(MessageOf({"serve", "--config", config_}), HasSubstr("serve"));
}

TEST_F(OptionLayersTest, PrintsHelpAndVersionInsteadOfDoingAnything) {
  const auto help = Parse({"serve", "--help"});
  ASSERT_TRUE(help);
  EXPECT_THAT(help->printed, AllOf(HasSubstr("--listen"), HasSubstr("--config")));
  const auto version = Parse({"--version"});
  ASSERT_TRUE(version);
  EXPECT_THAT(version->printed, HasSubstr(IMAGE_CACHE_VERSION));
}

TEST_F(OptionLayersTest, OffersLimitsOnlyWhereSomethingIsAdded) {
  for (const char* option : {"--max-size", "--min-free", "--max-image-size"}) {
    EXPECT_TRUE(Parse({"warm", "list.json", option, "1GiB"})) << option;
    EXPECT_THAT(MessageOf({"stats", option, "1GiB"}), HasSubstr(option));
    EXPECT_THAT(MessageOf({"clear", option, "1GiB"}), HasSubstr(option));
  }
  environment_["IMAGE_CACHE_MAX_SIZE"] = "1GiB";
  EXPECT_TRUE(Parse({"stats"})) << "a variable for serve is no fault of stats";
}

}  // namespace
}  // namespace image_cache
