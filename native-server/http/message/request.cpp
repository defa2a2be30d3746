#include "native-server/http/message/request.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {
namespace {

// What an ordinary request needs is kept for the next one. More is given back: otherwise whoever
// has sent one large request could have its memory held for as long as the connection idles.
constexpr std::size_t kKeptTextBytes = 4 * 1024;
constexpr std::size_t kKeptFields = 64;
constexpr std::size_t kKeptBodyBytes = 4 * 1024;

template <typename Container>
void Empty(Container& container, std::size_t kept) {
  if (container.capacity() > kept) {
    Container().swap(container);
  } else {
    container.clear();
  }
}

std::string_view WithoutSpaces(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool ListHas(std::string_view list, std::string_view token) {
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = list.find(',');
    if (EqualsIgnoringCase(WithoutSpaces(list.substr(0, end)), token)) return true;
    if (end != std::string_view::npos) list.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

const Request::Field* Request::FindField(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name.length == name.size() && EqualsIgnoringCase(View(field.name), name)) {
      return &field;
    }
  }
  return nullptr;
}

std::string_view NameOf(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      break;
  }
  return "OTHER";
}

std::string_view Request::Header(std::string_view name) const {
  const Field* field = FindField(name);
  return field == nullptr ? std::string_view() : View(field->value);
}

bool Request::HasHeader(std::string_view name) const { return FindField(name) != nullptr; }

std::size_t Request::CountOf(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields_.begin(), fields_.end(),
      [&](const Field& field) { return EqualsIgnoringCase(View(field.name), name); }));
}

bool Request::HasToken(std::string_view name, std::string_view token) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) {
    return EqualsIgnoringCase(View(field.name), name) && ListHas(View(field.value), token);
  });
}

void Request::Clear() {
  method_ = Method::kOther;
  Empty(text_, kKeptTextBytes);
  Empty(fields_, kKeptFields);
  path_ = query_ = host_ = Span{};
  host_headers_ = 0;
  absolute_target_ = false;
  has_conditions_or_range_ = false;
  Empty(body_, kKeptBodyBytes);
  path_parameter_.clear();
}

void Request::SetTarget(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (target.size() > kScheme.size() &&
      EqualsIgnoringCase(target.substr(0, kScheme.size()), kScheme)) {
    target.remove_prefix(kScheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    host_ = Keep(target.substr(0, end));
    absolute_target_ = true;
    target.remove_prefix(end);
  }
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  path_ = Keep(path.empty() ? "/" : path);
  query_ = question == std::string_view::npos ? Span{} : Keep(target.substr(question + 1));
}

void Request::AddHeader(std::string_view name, std::string_view value) {
  const Field field{.name = Keep(name), .value = Keep(value)};
  fields_.push_back(field);
  if (EqualsIgnoringCase(name, "Host")) {
    ++host_headers_;
    if (!absolute_target_) host_ = field.value;
  } else if (EqualsIgnoringCase(name.substr(0, 3), "If-") || EqualsIgnoringCase(name, "Range")) {
    has_conditions_or_range_ = true;
  }
}

Request::Span Request::Keep(std::string_view text) {
  const Span span{.offset = static_cast<std::uint32_t>(text_.size()),
                  .length = static_cast<std::uint32_t>(text.size())};
  text_.append(text);
  return span;
}

}  // namespace image_cache
