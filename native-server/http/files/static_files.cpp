#include "native-server/http/files/static_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <utility>

#include "native-server/base/open_beneath.h"
#include "native-server/http/files/file_response.h"
#include "native-server/http/message/query.h"
#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kImmutableLines =
    "Cache-Control: public, max-age=31536000, immutable\r\n";
// A page of another origin must not lay this one's buttons beneath its own (clickjacking). What
// else a page may do is for itself to say, in a <meta>.
constexpr std::string_view kRevalidatedLines =
    "Cache-Control: no-cache\r\nContent-Security-Policy: frame-ancestors 'self'\r\n";

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kTypes = {{
    {"html", "text/html; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"webmanifest", "application/manifest+json"},
    {"wasm", "application/wasm"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"ico", "image/x-icon"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"txt", "text/plain; charset=utf-8"},
    {"xml", "application/xml"},
    {"pdf", "application/pdf"},
    {"mp4", "video/mp4"},
}};

// For reading; O_NONBLOCK: a FIFO must not block the thread.
UniqueFd OpenToServe(int folder, const std::string& relative) {
  auto fd = OpenBeneath(folder, relative, O_RDONLY | O_NONBLOCK);
  return fd ? std::move(*fd) : UniqueFd();
}

// The path below the folder; nothing for one that is never served.
std::optional<std::string> RelativePath(std::string_view encoded) {
  std::optional<std::string> path = PercentDecodeOnce(encoded);
  if (!path || path->empty() || path->front() != '/' || path->find('\0') != std::string::npos ||
      path->find("/.") != std::string::npos) {
    return std::nullopt;
  }
  path->erase(0, 1);
  return path;
}

bool HasExtension(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.find('.', slash == std::string_view::npos ? 0 : slash) != std::string_view::npos;
}

}  // namespace

std::string_view ContentTypeOf(std::string_view file_name) {
  const std::string_view extension = file_name.substr(file_name.rfind('.') + 1);
  for (const auto& [known, type] : kTypes) {
    if (EqualsIgnoringCase(known, extension)) return type;
  }
  return "application/octet-stream";
}

std::optional<StaticFiles> StaticFiles::Open(const std::string& folder) {
  UniqueFd fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd || !OpenToServe(fd.get(), std::string(kIndex))) return std::nullopt;
  return StaticFiles(std::move(fd));
}

std::optional<Response> StaticFiles::Serve(const Request& request) const {
  const std::optional<std::string> path = RelativePath(request.path());
  if (!path) return std::nullopt;
  if (!path->empty() && path->back() != '/') {
    if (auto response = ServeFile(request, *path)) return response;
  }
  if (HasExtension(*path)) return std::nullopt;
  return ServeFile(request, std::string(kIndex));
}

std::optional<Response> StaticFiles::ServeFile(const Request& request,
                                               const std::string& relative) const {
  UniqueFd fd = OpenToServe(folder_.get(), relative);
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  // Size and time to the nanosecond: a build that is replaced while the server runs gets new tags.
  const std::string etag = fmt::format("\"{:x}-{:x}{:08x}\"", status.st_size, status.st_mtim.tv_sec,
                                       status.st_mtim.tv_nsec);
  const bool immutable = relative.starts_with("assets/");
  return MakeFileResponse(request, std::move(fd),
                          {.size_bytes = static_cast<std::uint64_t>(status.st_size),
                           .modified_s = status.st_mtim.tv_sec,
                           .etag = etag,
                           .content_type = ContentTypeOf(relative),
                           .header_lines = immutable ? kImmutableLines : kRevalidatedLines});
}

}  // namespace image_cache
