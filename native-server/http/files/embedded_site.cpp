#include "native-server/http/files/embedded_site.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

#include "native-server/http/files/static_files.h"
#include "native-server/http/message/conditional.h"
#include "native-server/http/message/problem.h"

namespace image_cache {
namespace {

constexpr std::string_view kFolder = "/console/";
constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kImmutableLines =
    "Cache-Control: public, max-age=31536000, immutable\r\nVary: Accept-Encoding\r\n";
// The page loads nothing but its own files, asks nobody but this server, and stands in no frame:
// what slipped into it (a file name out of a bucket, say) could neither run nor send anything away.
constexpr std::string_view kPageLines =
    "Cache-Control: no-cache\r\nVary: Accept-Encoding\r\n"
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n";
constexpr std::size_t kTagBytes = 8;

std::string TagOf(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string tag;
  for (std::size_t i = 0; i < kTagBytes; ++i) tag += fmt::format("{:02x}", digest[i]);
  return tag;
}

struct Form {
  std::string_view bytes;
  ContentEncoding encoding = ContentEncoding::kIdentity;
};

// What is there of what the client likes best. Who likes zstd best gets the file as it is: every
// browser that takes it takes br too, which goes before it.
Form Choose(const EmbeddedFile& file, std::string_view accept_encoding) {
  switch (NegotiateEncoding(accept_encoding)) {
    case ContentEncoding::kBrotli:
      if (!file.brotli.empty()) return {file.brotli, ContentEncoding::kBrotli};
      break;
    case ContentEncoding::kGzip:
      if (!file.gzip.empty()) return {file.gzip, ContentEncoding::kGzip};
      break;
    case ContentEncoding::kZstd:
    case ContentEncoding::kIdentity:
      break;
  }
  return {file.bytes, ContentEncoding::kIdentity};
}

}  // namespace

EmbeddedSite::EmbeddedSite(std::span<const EmbeddedFile> files) {
  for (const EmbeddedFile& file : files) {
    files_.emplace(file.path, Served{.file = file, .tag = TagOf(file.bytes)});
  }
}

bool EmbeddedSite::has_page() const { return files_.contains(kIndex); }

bool EmbeddedSite::IsPagePath(std::string_view path) { return path == "/" || path == kFolder; }

bool EmbeddedSite::IsOwn(std::string_view path) { return path.starts_with(kFolder); }

std::optional<Response> EmbeddedSite::Serve(const Request& request) const {
  const std::string_view path = request.path();
  std::string_view name;
  if (IsPagePath(path)) {
    name = kIndex;
  } else if (IsOwn(path)) {
    name = path.substr(kFolder.size());
  }
  const auto found = files_.find(name);
  if (found == files_.end()) return std::nullopt;
  const auto& [file, tag] = found->second;

  const Form form = Choose(file, request.Header("Accept-Encoding"));
  const bool is_encoded = form.encoding != ContentEncoding::kIdentity;
  // Its own for each form, as a strong tag must be.
  const std::string etag =
      is_encoded ? fmt::format("\"{}-{}\"", tag, EncodingName(form.encoding)) : '"' + tag + '"';
  Response response;
  response.AddHeader("ETag", etag);
  response.AddLines(name.starts_with("assets/") ? kImmutableLines : kPageLines);
  switch (EvaluatePreconditions(request, {.etag = etag, .modified_s = std::nullopt})) {
    case Precondition::kFailed:
      return MakeProblem(kPreconditionFailedProblem, "It is another version than the one named.");
    case Precondition::kNotModified:
      response.status = 304;
      return response;
    case Precondition::kProceed:
      break;
  }
  response.AddHeader("Content-Type", ContentTypeOf(name));
  if (is_encoded) response.AddHeader("Content-Encoding", EncodingName(form.encoding));
  response.body = SharedBytes{form.bytes};
  return response;
}

}  // namespace image_cache
