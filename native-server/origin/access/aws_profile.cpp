#include "native-server/origin/access/aws_profile.h"

#include <optional>

#include "shared/keys/url.h"

namespace image_cache {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// A comment begins a line, or stands after a blank: a secret may hold '#' but never a blank.
std::string_view WithoutComment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool starts_word = i == 0 || kBlank.find(line[i - 1]) != std::string_view::npos;
    if (starts_word && (line[i] == '#' || line[i] == ';')) return line.substr(0, i);
  }
  return line;
}

// "[profile work]" -> "work". Nothing for a section that is not a profile's ([sso-session x]).
std::optional<std::string> ProfileName(std::string_view line, AwsFileKind kind) {
  const std::size_t close = line.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  std::string_view name = Trim(line.substr(1, close - 1));
  if (kind == AwsFileKind::kConfig && name != "default") {
    constexpr std::string_view kPrefix = "profile";
    if (!name.starts_with(kPrefix) || name.size() == kPrefix.size() ||
        kBlank.find(name[kPrefix.size()]) == std::string_view::npos) {
      return std::nullopt;
    }
    name = Trim(name.substr(kPrefix.size()));
  }
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
      name.back() == name.front()) {
    name = name.substr(1, name.size() - 2);
  }
  if (name.empty()) return std::nullopt;
  return std::string(name);
}

}  // namespace

AwsProfiles ParseAwsProfiles(std::string_view text, AwsFileKind kind) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());

  AwsProfiles profiles;
  AwsSettings* current = nullptr;
  bool nested = false;  // after `name =` without a value, indented lines belong to that name
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);

    const std::string_view line = Trim(WithoutComment(raw));
    if (line.empty()) continue;
    if (line.front() == '[') {
      const auto name = ProfileName(line, kind);
      current = name ? &profiles[*name] : nullptr;
      nested = false;
      continue;
    }
    const bool indented = raw.front() == ' ' || raw.front() == '\t';
    if (current == nullptr || (indented && nested)) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view value = Trim(line.substr(equals + 1));
    nested = value.empty();
    (*current)[ToLowerAscii(Trim(line.substr(0, equals)))] = std::string(value);
  }
  return profiles;
}

}  // namespace image_cache
