#include "native-server/replay/trace_reader.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

template <typename Number>
bool Parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// False when there are more or fewer fields.
bool Split(std::string_view line, std::array<std::string_view, 5>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t end = line.find(',');
    if ((end == std::string_view::npos) != (i + 1 == fields.size())) return false;
    fields[i] = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return true;
}

}  // namespace

Result<TraceReader, TraceError> TraceReader::Open(const std::string& path) {
  errno = 0;
  TraceReader reader(path);
  if (!reader.file_) {
    return Fail(TraceError::kUnreadable,
                "cannot read " + path + ": " + std::generic_category().message(errno));
  }
  if (!reader.ReadLine() || reader.line_ != kTraceHeader) {
    return Fail(TraceError::kBroken, path + ":1: this is no access trace: its first line must be " +
                                         std::string(kTraceHeader));
  }
  return reader;
}

Result<bool, TraceError> TraceReader::Next(TraceRow& row) {
  if (!ReadLine()) {
    if (file_.bad()) return Fail(TraceError::kUnreadable, "cannot read on in " + path_);
    if (!file_.eof()) {
      return Broken("a row has at most " + std::to_string(kMaxTraceLineBytes) + " bytes");
    }
    return false;
  }
  std::array<std::string_view, 5> fields;
  if (!Split(line_, fields)) return Broken("a row has five fields");
  if (!Parse(fields[0], row.time_ms) || row.time_ms < 0) return Broken("the time is no number");
  if (!Parse(fields[1], row.id)) return Broken("the id is no number");
  if (!Parse(fields[2], row.size_bytes) || row.size_bytes == 0) {
    return Broken("the size is no number above 0");
  }
  row.actor_id = fields[3];
  if (!IsValidActorId(row.actor_id)) return Broken("the actor is no actor id");
  if (fields[4] != "0" && fields[4] != "1") return Broken("prefetch is neither 0 nor 1");
  row.is_prefetch = fields[4] == "1";
  return true;
}

bool TraceReader::ReadLine() {
  file_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  ++line_number_;
  // What was read of a line that is too long is shown.
  const auto end = static_cast<std::size_t>(file_.gcount());
  line_.assign(buffer_.data(), end - (file_ && !file_.eof() ? 1 : 0));
  if (!file_) return false;
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();  // it was edited somewhere else
  return true;
}

tl::unexpected<Error<TraceError>> TraceReader::Broken(std::string_view why) const {
  constexpr std::size_t kShown = 80;
  return Fail(TraceError::kBroken, path_ + ":" + std::to_string(line_number_) + ": " +
                                       std::string(why) + ": '" + line_.substr(0, kShown) + "'");
}

}  // namespace image_cache
