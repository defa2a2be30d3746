#include "native-server/contents/svg_head.h"

#include <optional>

#include "shared/ascii.h"

namespace image_cache {
namespace {

constexpr std::string_view kSvgNamespace = "http://www.w3.org/2000/svg";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool IsNameCharacter(char c) {
  return IsAsciiAlnum(c) || c == '_' || c == '-' || c == '.' || c == ':';
}

// Reads on in a document whose rest may be yet to come: then each step says kNeedsMore.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  void SkipSpace() {
    while (!rest_.empty() && IsSpace(rest_.front())) rest_.remove_prefix(1);
  }
  // Whether `expected` comes next, and if so goes behind it.
  SvgAnswer Skip(std::string_view expected) {
    const std::string_view there = rest_.substr(0, expected.size());
    if (there != expected.substr(0, there.size())) return SvgAnswer::kNo;
    if (there.size() < expected.size()) return SvgAnswer::kNeedsMore;
    rest_.remove_prefix(expected.size());
    return SvgAnswer::kYes;
  }
  // What stands before `end`, and goes behind that; nothing when it is yet to come.
  std::optional<std::string_view> Until(std::string_view end) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view before = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return before;
  }
  std::string_view Name() {
    std::size_t length = 0;
    while (length < rest_.size() && IsNameCharacter(rest_[length])) ++length;
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return name;
  }
  // REQUIRES of both: it is not at the end.
  [[nodiscard]] char Peek() const { return rest_.front(); }
  char Take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

struct Attribute {
  std::string_view name, value;
};

// `attribute` is set when kYes.
SvgAnswer ReadAttribute(Reader& reader, Attribute& attribute) {
  attribute.name = reader.Name();
  reader.SkipSpace();
  if (reader.is_at_end()) return SvgAnswer::kNeedsMore;
  if (attribute.name.empty() || reader.Take() != '=') return SvgAnswer::kNo;
  reader.SkipSpace();
  if (reader.is_at_end()) return SvgAnswer::kNeedsMore;
  const char quote = reader.Take();
  if (quote != '"' && quote != '\'') return SvgAnswer::kNo;
  const auto value = reader.Until({&quote, 1});
  if (!value) return SvgAnswer::kNeedsMore;
  attribute.value = *value;
  return SvgAnswer::kYes;
}

// Behind "<?xml": its attributes up to "?>".
SvgAnswer ReadDeclaration(Reader& reader) {
  if (reader.is_at_end()) return SvgAnswer::kNeedsMore;
  if (!IsSpace(reader.Peek())) return SvgAnswer::kNo;  // <?xml-stylesheet
  for (;;) {
    reader.SkipSpace();
    if (const SvgAnswer end = reader.Skip("?>"); end != SvgAnswer::kNo) return end;
    Attribute attribute;
    if (const SvgAnswer read = ReadAttribute(reader, attribute); read != SvgAnswer::kYes) {
      return read;
    }
    if (attribute.name == "encoding" && !EqualsIgnoringCase(attribute.value, "utf-8") &&
        !EqualsIgnoringCase(attribute.value, "us-ascii")) {
      return SvgAnswer::kNo;
    }
  }
}

// Behind "<!DOCTYPE": one that names `svg` and declares nothing itself.
SvgAnswer ReadDoctype(Reader& reader) {
  reader.SkipSpace();
  const std::string_view name = reader.Name();
  if (reader.is_at_end()) return SvgAnswer::kNeedsMore;
  if (name != "svg") return SvgAnswer::kNo;
  const auto rest = reader.Until(">");
  if (!rest) return SvgAnswer::kNeedsMore;
  return rest->find('[') == std::string_view::npos ? SvgAnswer::kYes : SvgAnswer::kNo;
}

// Behind "<": the start tag, with the namespace that its own attributes give it.
SvgAnswer ReadRoot(Reader& reader) {
  const std::string_view name = reader.Name();
  if (reader.is_at_end()) return SvgAnswer::kNeedsMore;
  const std::size_t colon = name.find(':');
  const bool has_prefix = colon != std::string_view::npos;
  if (name.substr(has_prefix ? colon + 1 : 0) != "svg") return SvgAnswer::kNo;
  bool is_in_namespace = !has_prefix;
  for (;;) {
    reader.SkipSpace();
    if (reader.is_at_end()) return SvgAnswer::kNeedsMore;
    if (reader.Peek() == '>' || reader.Peek() == '/') break;
    Attribute attribute;
    if (const SvgAnswer read = ReadAttribute(reader, attribute); read != SvgAnswer::kYes) {
      return read;
    }
    const bool names_ours = has_prefix ? attribute.name.starts_with("xmlns:") &&
                                             attribute.name.substr(6) == name.substr(0, colon)
                                       : attribute.name == "xmlns";
    if (names_ours) is_in_namespace = attribute.value == kSvgNamespace;
  }
  return is_in_namespace ? SvgAnswer::kYes : SvgAnswer::kNo;
}

SvgAnswer Read(Reader& reader) {
  SvgAnswer there = reader.Skip("\xEF\xBB\xBF");
  if (there == SvgAnswer::kNeedsMore) return there;
  reader.SkipSpace();
  there = reader.Skip("<?xml");
  if (there == SvgAnswer::kYes) {
    if (const SvgAnswer read = ReadDeclaration(reader); read != SvgAnswer::kYes) return read;
  }
  while (there != SvgAnswer::kNeedsMore) {
    reader.SkipSpace();
    there = reader.Skip("<!--");
    if (there == SvgAnswer::kYes && !reader.Until("-->")) return SvgAnswer::kNeedsMore;
    if (there != SvgAnswer::kNo) continue;
    there = reader.Skip("<!DOCTYPE");
    if (there == SvgAnswer::kYes) {
      if (const SvgAnswer read = ReadDoctype(reader); read != SvgAnswer::kYes) return read;
    }
    if (there != SvgAnswer::kNo) continue;
    there = reader.Skip("<");
    return there == SvgAnswer::kYes ? ReadRoot(reader) : there;
  }
  return there;
}

}  // namespace

SvgAnswer SniffSvg(std::string_view head) {
  // The same answer for a head and for a whole file.
  const bool is_cut = head.size() >= kSvgLookAheadBytes;
  Reader reader(head.substr(0, kSvgLookAheadBytes));
  const SvgAnswer answer = Read(reader);
  return is_cut && answer == SvgAnswer::kNeedsMore ? SvgAnswer::kNo : answer;
}

}  // namespace image_cache
