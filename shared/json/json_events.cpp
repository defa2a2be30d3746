#include "shared/json/json_events.h"

#include "shared/json/json_number.h"
#include "shared/json/json_string.h"

namespace image_cache {
namespace {

class JsonReader {
 public:
  JsonReader(std::string_view text, JsonEvents& events) : rest_(text), events_(events) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      rest_.remove_prefix(kByteOrderMark.size());
    }
  }

  bool Read() {
    while (!is_done_) {
      needs_value_ = false;
      if (!ReadValue() || (!needs_value_ && !GoOn())) return false;
    }
    return true;
  }

 private:
  // '\0', which is in no JSON, at the end.
  [[nodiscard]] char Peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  char NextAfterSpace() {
    while (Peek() == ' ' || Peek() == '\n' || Peek() == '\r' || Peek() == '\t') {
      rest_.remove_prefix(1);
    }
    return Peek();
  }

  bool Skip(std::string_view expected) {
    if (rest_.substr(0, expected.size()) != expected) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool ReadValue() {
    switch (NextAfterSpace()) {
      case '{':
      case '[':
        return Open();
      case '"':
        return ReadJsonString(rest_, text_) && events_.string(text_);
      case 't':
        return Skip("true") && events_.boolean(true);
      case 'f':
        return Skip("false") && events_.boolean(false);
      case 'n':
        return Skip("null") && events_.null();
      default:
        return ReadJsonNumber(rest_, events_);
    }
  }

  bool ReadName() {
    needs_value_ = true;
    return NextAfterSpace() == '"' && ReadJsonString(rest_, text_) && events_.key(text_) &&
           NextAfterSpace() == ':' && Skip(":");
  }

  bool Open() {
    const bool is_object = Peek() == '{';
    rest_.remove_prefix(1);
    open_ += is_object ? '}' : ']';
    if (!(is_object ? events_.start_object() : events_.start_array())) return false;
    if (NextAfterSpace() == open_.back()) return Close();
    needs_value_ = true;
    return !is_object || ReadName();
  }

  bool Close() {
    const bool is_object = open_.back() == '}';
    rest_.remove_prefix(1);
    open_.pop_back();
    return is_object ? events_.end_object() : events_.end_array();
  }

  // What follows a value, up to where another one begins or all is over.
  bool GoOn() {
    for (;;) {
      const char next = NextAfterSpace();
      if (open_.empty()) {
        is_done_ = true;
        return rest_.empty();
      }
      if (next == open_.back()) {
        if (!Close()) return false;
        continue;
      }
      if (!Skip(",")) return false;
      return open_.back() == ']' || ReadName();
    }
  }

  std::string_view rest_;
  JsonEvents& events_;
  std::string open_;  // how each open object and array will be closed
  std::string text_;
  bool needs_value_ = false;
  bool is_done_ = false;
};

}  // namespace

bool ReadJson(std::string_view text, JsonEvents& events) { return JsonReader(text, events).Read(); }

}  // namespace image_cache
