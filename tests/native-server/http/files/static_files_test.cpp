#include "native-server/http/files/static_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace image_cache {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    std::string name = (fs::temp_directory_path() / "image-cache-page-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    Write("index.html", "<html>");
    Write("assets/app-1f2e.js", "js");
    Write("image_cache.wasm", "wasm");
    Write(".secret", "secret");
    Write("../image-cache-outside-" + folder_.filename().string(), "outside");
    fs::create_symlink("/etc/passwd", folder_ / "link.txt");
    files_ = StaticFiles::Open(folder_.string());
  }
  ~StaticFilesTest() override {
    fs::remove_all(folder_);
    fs::remove(folder_.parent_path() / ("image-cache-outside-" + folder_.filename().string()));
  }
  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  std::optional<Response> Get(const std::string& target) {
    request_.Clear();
    request_.set_method(Method::kGet);
    request_.SetTarget(target);
    return files_->Serve(request_);
  }

  fs::path folder_;
  std::optional<StaticFiles> files_;
  Request request_;
};

TEST_F(StaticFilesTest, ServesFilesWithTheirTypes) {
  const auto wasm = Get("/image_cache.wasm?v=1");
  ASSERT_TRUE(wasm);
  EXPECT_EQ(wasm->FindHeader("Content-Type"), "application/wasm");
  EXPECT_EQ(wasm->FindHeader("Cache-Control"), "no-cache");
  EXPECT_EQ(BodyLength(wasm->body), 4);
  const auto script = Get("/assets/app-1f2e.js");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->FindHeader("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script->FindHeader("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, AnswersPagesOfTheApplicationWithItsIndex) {
  for (const char* target : {"/", "/actors/0001", "/actors/"}) {
    const auto page = Get(target);
    ASSERT_TRUE(page) << target;
    EXPECT_EQ(page->FindHeader("Content-Type"), "text/html; charset=utf-8") << target;
  }
}

TEST_F(StaticFilesTest, ServesNothingFromElsewhere) {
  const std::string outside = "image-cache-outside-" + folder_.filename().string();
  for (const std::string& target :
       {"/../" + outside, "/%2e%2e/" + outside, "/assets/../../" + outside, std::string("/.secret"),
        std::string("/link.txt"), std::string("/missing.png"), std::string("/%zz.js"),
        std::string("/a%00.js"), std::string("//etc/passwd.txt")}) {
    EXPECT_FALSE(Get(target)) << target;
  }
}

TEST_F(StaticFilesTest, TellsAClientThatItHasTheFile) {
  const auto first = Get("/");
  ASSERT_TRUE(first);
  Request again;
  again.set_method(Method::kGet);
  again.SetTarget("/");
  again.AddHeader("If-None-Match", *first->FindHeader("ETag"));
  const auto second = files_->Serve(again);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 304);
}

TEST(StaticFilesOpenTest, WantsAFolderWithAnIndex) {
  EXPECT_FALSE(StaticFiles::Open("/nonexistent"));
  EXPECT_FALSE(StaticFiles::Open("/proc"));
}

}  // namespace
}  // namespace image_cache
