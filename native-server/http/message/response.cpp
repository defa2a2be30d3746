#include "native-server/http/message/response.h"

#include <cassert>

#include "native-server/http/message/request.h"
#include "shared/ascii.h"

namespace image_cache {

std::optional<std::uint64_t> KnownLength(const Body& body) {
  if (const auto* growing = std::get_if<GrowingSlice>(&body)) return growing->length;
  return BodyLength(body);
}

std::uint64_t BodyLength(const Body& body) {
  if (const auto* growing = std::get_if<GrowingSlice>(&body)) return growing->length.value();
  if (const auto* text = std::get_if<std::string>(&body)) return text->size();
  if (const auto* file = std::get_if<FileSlice>(&body)) return file->length;
  if (const auto* shared = std::get_if<SharedBytes>(&body)) return shared->bytes.size();
  const auto& shared = std::get<std::shared_ptr<const std::string>>(body);
  return shared ? shared->size() : 0;
}

void Response::AddHeader(std::string_view name, std::string_view value) {
  assert(value.find_first_of("\r\n") == std::string_view::npos);
  header_lines.append(name).append(": ").append(value).append("\r\n");
}

std::optional<std::string_view> Response::FindHeader(std::string_view name) const {
  for (std::string_view rest : {std::string_view(header_lines), shared_lines}) {
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find("\r\n"));
      rest.remove_prefix(line.size() + 2);
      const std::size_t colon = line.find(": ");
      if (EqualsIgnoringCase(line.substr(0, colon), name)) return line.substr(colon + 2);
    }
  }
  return std::nullopt;
}

Response TextResponse(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.AddHeader("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 426:
      return "Upgrade Required";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "";
  }
}

}  // namespace image_cache
