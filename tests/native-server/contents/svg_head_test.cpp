#include "native-server/contents/svg_head.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

using namespace std::string_literals;

const std::string kRoot = "<svg xmlns=\"http://www.w3.org/2000/svg\">";

TEST(SvgHeadTest, IsADocumentWhoseRootIsSvg) {
  for (const std::string& document : {
           kRoot,
           "<svg>"s,
           "<svg/>"s,
           "<svg width='1' xmlns = 'http://www.w3.org/2000/svg' viewBox=\"0 0 1 1\"/>"s,
           "\xEF\xBB\xBF" + kRoot,
           "<?xml version=\"1.0\"?>\n" + kRoot,
           "<?xml version='1.0' encoding='UTF-8' standalone=\"no\" ?><!-- a > b --> " + kRoot,
           "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"svg11.dtd\">\r\n<!----><!--x-->" +
               kRoot,
           "<s:svg a='>' xmlns:s='http://www.w3.org/2000/svg'>"s,
       }) {
    EXPECT_EQ(SniffSvg(document), SvgAnswer::kYes) << document;
    EXPECT_EQ(SniffSvg(document + "<script>alert(1)</script></svg>"), SvgAnswer::kYes) << document;
    for (std::size_t length = 0; length < document.size(); ++length) {
      const SvgAnswer early = SniffSvg(document.substr(0, length));
      EXPECT_NE(early, SvgAnswer::kNo) << document.substr(0, length);
    }
  }
}

TEST(SvgHeadTest, IsNothingElse) {
  for (const std::string& document : {
           "<!DOCTYPE html><html><body><svg></svg></body></html>"s,
           "<html xmlns=\"http://www.w3.org/1999/xhtml\"><svg/></html>"s,
           "<!DOCTYPE html" + kRoot,
           "<!DOCTYPE x" + kRoot,
           "<!doctype svg>" + kRoot,
           "<svg xmlns=\"http://www.w3.org/1999/xhtml\"><script/></svg>"s,
           "<x:svg xmlns:x=\"http://www.w3.org/1999/xhtml\">"s,
           "<x:svg>"s,
           "<x:svg xmlns=\"http://www.w3.org/2000/svg\">"s,
           "<svgx>"s,
           "<SVG>"s,
           "< svg>"s,
           "<svg a=b>"s,
           "<svg a>"s,
           "<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + kRoot,
           "<?xml version=\"1.0\" encoding=\"utf-16\"" + kRoot,
           "<?xml-stylesheet href=\"a.xsl\"?>" + kRoot,
           "<?xml version=\"1.0\"?><?xml-stylesheet type=\"text/xsl\" href=\"#x\"?>" + kRoot,
           "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]>" + kRoot,
           "text " + kRoot,
           "\xFF\xFE<\0s\0v\0g\0>\0"s,
           "\0<\0s\0v\0g"s,
           "\x1F\x8B\x08\0\0\0"s,
           "{\"svg\": 1}"s,
       }) {
    EXPECT_EQ(SniffSvg(document), SvgAnswer::kNo) << document;
  }
}

TEST(SvgHeadTest, IsLookedForInABoundedHead) {
  const std::string tail = kRoot;
  const auto comment_of = [&](std::size_t bytes) {
    return "<!--" + std::string(bytes - 7, 'x') + "-->";
  };
  EXPECT_EQ(SniffSvg(comment_of(kSvgLookAheadBytes - tail.size()) + tail), SvgAnswer::kYes);
  EXPECT_EQ(SniffSvg(comment_of(kSvgLookAheadBytes - tail.size() + 1) + tail), SvgAnswer::kNo);
  EXPECT_EQ(SniffSvg(std::string(1 << 20, ' ') + tail), SvgAnswer::kNo);
}

}  // namespace
}  // namespace image_cache
