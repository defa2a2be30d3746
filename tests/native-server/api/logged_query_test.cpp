#include "native-server/api/logged_query.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

TEST(LoggedQueryTest, KeepsWhatIsNoSecret) {
  EXPECT_EQ(LoggedQuery(""), "");
  EXPECT_EQ(LoggedQuery("path=.image-cache%2Fa.jpg&w=256"), "path=.image-cache%2Fa.jpg&w=256");
  EXPECT_EQ(LoggedQuery("since=12&actor_id=0001"), "since=12&actor_id=0001");
}

TEST(LoggedQueryTest, KeepsOfAUrlWhatMayBeLogged) {
  EXPECT_EQ(LoggedQuery("url=https%3A%2F%2Fu%3Ap%40a.example%2Fb%2526.jpg%3FX-Amz-Signature%3Ds"),
            "url=https://a.example/b%2526.jpg");
  EXPECT_EQ(LoggedQuery("url=%zz"), "url=-");
}

TEST(LoggedQueryTest, KeepsNoSignatureOfAUrlThatWasEncodedTwice) {
  EXPECT_EQ(LoggedQuery("url=https%253A%252F%252Fa%252Fb.jpg%253FX-Amz-Signature%253Ds"), "url=-");
  EXPECT_EQ(LoggedQuery("url=https://a/b.jpg%253FX-Amz-Signature%253Ds"), "url=https://a/b.jpg");
}

TEST(LoggedQueryTest, KeepsNoSignatureOfAUrlInThePlaceOfSomethingElse) {
  EXPECT_EQ(LoggedQuery("path=https%3A%2F%2Fu%3Ap%40a%2Fb.jpg%3FX-Amz-Signature%3Ds"),
            "path=https://a/b.jpg");
  EXPECT_EQ(LoggedQuery("path=https://a/b.jpg?Signature=s"), "path=https://a/b.jpg");
  EXPECT_EQ(LoggedQuery("path=https%253A%252F%252Fa%252Fb.jpg%253fSignature%253Ds"),
            "path=https%253A%252F%252Fa%252Fb.jpg");
  EXPECT_EQ(LoggedQuery("filename=b.jpg%3FX-Amz-Signature%3Ds&actor_id=1"),
            "filename=b.jpg&actor_id=1");
  EXPECT_EQ(LoggedQuery("filename=50%25.jpg"), "filename=50%25.jpg");
}

TEST(LoggedQueryTest, KeepsOfAnythingElseItsNameAlone) {
  EXPECT_EQ(LoggedQuery("url=https://a/b?X-Amz-Algorithm=A&X-Amz-Signature=s&token=t"),
            "url=https://a/b&X-Amz-Signature=-&token=-");
  EXPECT_EQ(LoggedQuery("secret"), "-");
  EXPECT_EQ(LoggedQuery("a&&b=="), "-&-&b=-");
}

}  // namespace
}  // namespace image_cache
