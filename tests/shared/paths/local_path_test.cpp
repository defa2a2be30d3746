#include "shared/paths/local_path.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

TEST(LocalPathTest, ReadsItsParts) {
  const auto path = LocalPath::Parse(".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->text(), ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg");
  EXPECT_EQ(path->actor_id(), "0001");
  EXPECT_EQ(path->file_name(), "0001_1f0c9b2ad3e45567.jpg");
  EXPECT_EQ(path->relative(), "0001/0001_1f0c9b2ad3e45567.jpg");
  EXPECT_EQ(path->type(), ImageType::kJpeg);
}

TEST(LocalPathTest, AcceptsNamesOfEarlierSystems) {
  const std::string prefix(kLocalPathPrefix);
  for (const std::string name :
       {"0001/0001_abc123.jpg", "a/b.JPEG", "a/b.png", "a/b.c.webp", "a/-.gif", "x.y/z..tif",
        "a/b.avif", "a/b.bmp", "a/b.jxl", "a/b.ico", "a/b.svg"}) {
    EXPECT_TRUE(LocalPath::Parse(prefix + name)) << name;
  }
  EXPECT_TRUE(LocalPath::Parse(prefix + "a/" + std::string(196, 'n') + ".jpg"));
}

TEST(LocalPathTest, RefusesEverythingElse) {
  for (const std::string text : {
           "",
           ".image-cache/images/",
           ".image-cache/images/a.jpg",
           ".image-cache/images/a/",
           ".image-cache/images//b.jpg",
           ".image-cache/images/a/b",
           ".image-cache/images/a/b.",
           ".image-cache/images/a/.jpg",
           ".image-cache/images/a/.b.jpg",
           ".image-cache/images/a/b.html",
           ".image-cache/images/a/b.jpg/",
           ".image-cache/images/a/b.jpg ",
           ".image-cache/images/a/b.jpg\n",
           ".image-cache/images/a/c/b.jpg",
           ".image-cache/images/a//b.jpg",
           ".image-cache/images/../b.jpg",
           ".image-cache/images/./b.jpg",
           ".image-cache/images/.a/b.jpg",
           ".image-cache/images/a/../b.jpg",
           ".image-cache/images/a/..%2Fb.jpg",
           ".image-cache/images/a/%2e%2e/b.jpg",
           ".image-cache/images/a\\b.jpg",
           ".image-cache/images/a/b\\c.jpg",
           ".image-cache/images/a/b:c.jpg",
           ".image-cache/images/a/\xC3\xA9.jpg",
           ".image-cache/images/a b/c.jpg",
           ".image-cache/images",
           ".image-cache/../images/a/b.jpg",
           ".image-cache/manifest.json",
           ".Image-Cache/images/a/b.jpg",
           "./.image-cache/images/a/b.jpg",
           "/.image-cache/images/a/b.jpg",
           "images/a/b.jpg",
           "a/b.jpg",
           "/etc/passwd",
           "../../etc/passwd",
       }) {
    EXPECT_FALSE(LocalPath::Parse(text)) << text;
  }
  const std::string prefix(kLocalPathPrefix);
  EXPECT_FALSE(LocalPath::Parse(prefix + "a/" + std::string(197, 'n') + ".jpg"));
  EXPECT_FALSE(LocalPath::Parse(prefix + std::string(65, 'a') + "/b.jpg"));
  EXPECT_FALSE(LocalPath::Parse(prefix + std::string("a/b\0.jpg", 8)));
  EXPECT_FALSE(LocalPath::Parse(prefix + std::string("a/b.jpg\0", 8)));
}

TEST(LocalPathTest, NamesPicturesByContent) {
  const LocalPath path = LocalPath::Make("0001", 0x1f0c9b2ad3e45567, ImageType::kJpeg);
  EXPECT_EQ(path.text(), ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg");
  EXPECT_EQ(LocalPath::Make("a", 0, ImageType::kPng).file_name(), "a_0000000000000000.png");
  EXPECT_EQ(LocalPath::Make("a", ~std::uint64_t{0}, ImageType::kTiff).file_name(),
            "a_ffffffffffffffff.tiff");
}

TEST(LocalPathTest, ReadsWhatItMakes) {
  for (const ImageType type :
       {ImageType::kJpeg, ImageType::kPng, ImageType::kGif, ImageType::kWebp, ImageType::kAvif,
        ImageType::kBmp, ImageType::kTiff, ImageType::kJxl, ImageType::kIco, ImageType::kSvg}) {
    const LocalPath made = LocalPath::Make(std::string(64, 'x'), 0xabcdef, type);
    const auto parsed = LocalPath::Parse(made.text());
    ASSERT_TRUE(parsed) << made.text();
    EXPECT_EQ(*parsed, made);
    EXPECT_EQ(parsed->type(), type);
  }
}

}  // namespace
}  // namespace image_cache
