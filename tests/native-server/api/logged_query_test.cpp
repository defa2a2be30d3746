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

TEST(LoggedQueryTest, KeepsOfAnythingElseItsNameAlone) {
  EXPECT_EQ(LoggedQuery("url=https://a/b?X-Amz-Algorithm=A&X-Amz-Signature=s&token=t"),
            "url=https://a/b&X-Amz-Signature=-&token=-");
  EXPECT_EQ(LoggedQuery("secret"), "-");
  EXPECT_EQ(LoggedQuery("a&&b=="), "-&-&b=-");
}

}  // namespace
}  // namespace image_cache
