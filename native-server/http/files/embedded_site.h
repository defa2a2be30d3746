// Serves a web page that was built into the program.
//
// Each file is there in up to three forms (as it is, gzip, brotli), of which the client's
// Accept-Encoding chooses; nothing is compressed at run time. What lies in assets/ has a hash in
// its name and is immutable; the page itself is asked for anew each time. The bytes are constants
// of the program. Owned by main; immutable, so thread-safe.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "native-server/http/message/content_encoding.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

struct EmbeddedFile {
  std::string_view path;  // below the page's folder: "index.html", "assets/index-4Bz9.js"
  std::string_view bytes;
  // Empty when it was not worth it.
  std::string_view gzip;
  std::string_view brotli;
};

class EmbeddedSite {
 public:
  // The bytes of `files` live as long as the program. None at all: the page was not built.
  explicit EmbeddedSite(std::span<const EmbeddedFile> files);

  // Whether there is a page to serve.
  [[nodiscard]] bool has_page() const;
  // The page at "/" and at "/console/", its files below "/console/". Nothing for any other path.
  // REQUIRES: the method is GET or HEAD.
  [[nodiscard]] std::optional<Response> Serve(const Request& request) const;
  // The page's addresses, whether it was built or not.
  [[nodiscard]] static bool IsPagePath(std::string_view path);
  // Of "/console/" and what lies below it, which nobody else's page takes away.
  [[nodiscard]] static bool IsOwn(std::string_view path);

 private:
  struct Served {
    EmbeddedFile file;
    std::string tag;  // of the contents, without quotes
  };

  std::map<std::string_view, Served> files_;  // by path
};

}  // namespace image_cache
