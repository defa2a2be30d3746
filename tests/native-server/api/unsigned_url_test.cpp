#include "native-server/api/unsigned_url.h"

#include <gtest/gtest.h>

#include "native-server/base/logging.h"

namespace image_cache {
namespace {

TEST(UnsignedUrlTest, LeavesOutWhatSignsAndWhoAsksAndNothingElse) {
  struct Case {
    const char *given, *unsigned_url, *loggable;
  };
  for (const Case& c : {
           Case{"https://s3.amazonaws.com/b/a.jpg", "https://s3.amazonaws.com/b/a.jpg",
                "https://s3.amazonaws.com/b/a.jpg"},
           Case{"s3://b/k%20y@2.jpg", "s3://b/k%20y@2.jpg", "s3://b/k%20y@2.jpg"},
           Case{"https://h/a?X-Amz-Signature=s&versionId=3&x-amz-date=1&q",
                "https://h/a?versionId=3&q", "https://h/a"},
           Case{"https://h/a?AWSAccessKeyId=k&Expires=1&Signature=s", "https://h/a", "https://h/a"},
           Case{"https://h/a?%58-Amz-Signature=s#f?g", "https://h/a", "https://h/a"},
           Case{"https://user:pass@h/a?v=1", "https://h/a?v=1", "https://h/a"},
           Case{"https://user:p@ss@h", "https://h", "https://h"},
           Case{"ftp://user@h\\a@b", "ftp://h\\a@b", "ftp://h\\a@b"},
           Case{"user:pass@h", "h", "h"},
           Case{"//user:pass@h/a?v=1", "//h/a?v=1", "//h/a"},
           Case{"//h/k@2.jpg", "//h/k@2.jpg", "//h/k@2.jpg"},
           Case{"?Signature=s", "", ""},
           Case{"https://h/a?x=%zz&Signature=s&%", "https://h/a?x=%zz&%", "https://h/a"},
           Case{"", "", ""},
       }) {
    EXPECT_EQ(UnsignedUrl(c.given), c.unsigned_url) << c.given;
    EXPECT_EQ(LoggableUrl(c.given), c.loggable) << c.given;
  }
}

}  // namespace
}  // namespace image_cache
