#include "native-server/http/message/request.h"

#include <algorithm>

#include "shared/ascii.h"

namespace image_cache {

const Request::Field* Request::FindField(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name.length == name.size() && EqualsIgnoringCase(View(field.name), name)) {
      return &field;
    }
  }
  return nullptr;
}

std::string_view Request::Header(std::string_view name) const {
  const Field* field = FindField(name);
  return field == nullptr ? std::string_view() : View(field->value);
}

bool Request::HasHeader(std::string_view name) const { return FindField(name) != nullptr; }

void Request::Clear() {
  method_ = Method::kOther;
  text_.clear();
  fields_.clear();
  path_ = query_ = host_ = Span{};
  host_headers_ = 0;
  absolute_target_ = false;
  has_conditions_or_range_ = false;
  body_.clear();
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
