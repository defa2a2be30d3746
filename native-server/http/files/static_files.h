// Serves a built web page from a folder, beside the API.
//
// Files are opened beneath the folder without following links; names that start with a dot are not
// served. What lies in /assets/ has a hash in its name and is immutable; everything else is asked
// for anew each time. A path without an extension is a page of the application: index.html. Owned
// by main; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "native-server/base/unique_fd.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

class StaticFiles {
 public:
  // Nothing when the folder cannot be opened or has no index.html.
  [[nodiscard]] static std::optional<StaticFiles> Open(const std::string& folder);

  // Nothing when there is no such file. REQUIRES: the method is GET or HEAD.
  [[nodiscard]] std::optional<Response> Serve(const Request& request) const;

 private:
  explicit StaticFiles(UniqueFd folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::optional<Response> ServeFile(const Request& request,
                                                  const std::string& relative) const;

  UniqueFd folder_;
};

// By extension; "application/octet-stream" for one that is not known.
[[nodiscard]] std::string_view ContentTypeOf(std::string_view file_name);

}  // namespace image_cache
