#include "native-server/http/message/request_parser.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <string>

namespace image_cache {
namespace {

namespace http = boost::beast::http;

// As a connection does it: what was not taken comes again, with what has arrived meanwhile.
class RequestParserTest : public testing::Test {
 protected:
  boost::beast::error_code Arrive(std::string_view bytes) {
    unread_ += bytes;
    boost::beast::error_code error;
    unread_.erase(0, parser_.put(boost::asio::buffer(unread_), error));
    return error;
  }

  HttpLimits limits_;
  Request request_;
  RequestParser parser_{request_, limits_};
  std::string unread_;
};

// Beast parses a field as soon as it has seen the next one's first byte, and its limit forgets what
// it has parsed.
TEST_F(RequestParserTest, BoundsAHeadWhoseFieldsComeOneByOne) {
  ASSERT_EQ(Arrive("GET / HTTP/1.1\r\na"), http::error::need_more);
  std::size_t sent_bytes = 0;
  boost::beast::error_code error = http::error::need_more;
  while (error == http::error::need_more && sent_bytes < 10 * limits_.head_bytes) {
    constexpr std::string_view kField = ":b\r\na";
    sent_bytes += kField.size();
    error = Arrive(kField);
  }
  EXPECT_EQ(error, http::error::header_limit);
  EXPECT_LE(sent_bytes, limits_.head_bytes);
}

TEST_F(RequestParserTest, SaysWhatIsWrong) {
  const auto error = Arrive("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n");
  EXPECT_TRUE(error);
  EXPECT_NE(parser_.ReasonFor(error).find("Content-Length"), std::string_view::npos);
}

}  // namespace
}  // namespace image_cache
