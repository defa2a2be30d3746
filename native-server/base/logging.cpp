#include "native-server/base/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

namespace image_cache {
namespace {

// spdlog's %v writes the message as it is; a JSON line needs it quoted and escaped.
class JsonMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const nlohmann::json text(std::string(message.payload.data(), message.payload.size()));
    // A log line must come out whatever its bytes are: broken UTF-8 is replaced, not thrown at us.
    const std::string quoted = text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    out.append(quoted.data(), quoted.data() + quoted.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonMessage>();
  }
};

std::unique_ptr<spdlog::pattern_formatter> MakeFormatter(LogFormat format) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonMessage>('J');
  formatter->set_pattern(format == LogFormat::kJson
                             ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%J})"
                             : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v");
  return formatter;
}

}  // namespace

void SetUpLogging(const std::string& level, LogFormat format) {
  auto logger = std::make_shared<spdlog::logger>("image-cache",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(MakeFormatter(format));
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

std::string LoggableUrl(std::string_view url) {
  std::string kept(url.substr(0, url.find_first_of("?#")));
  const std::size_t separator = kept.find("://");
  const std::size_t no_scheme = kept.starts_with("//") ? 2 : 0;
  const std::size_t begin = separator == std::string::npos ? no_scheme : separator + 3;
  const std::size_t end = std::min(kept.find_first_of("/\\", begin), kept.size());
  // The last '@' ends what is before the host, as browsers read it; a key may have one, too.
  const std::size_t at = kept.rfind('@', end);
  if (at != std::string::npos && at >= begin) kept.erase(begin, at + 1 - begin);
  return kept;
}

std::string_view WithoutEncodedQuery(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at)) {
    const std::size_t begin = at++;
    // "%25" is the percent sign of what was encoded once more.
    while (text.substr(at, 2) == "25") at += 2;
    const std::string_view digits = text.substr(at, 2);
    if (digits == "3F" || digits == "3f" || digits == "23") return text.substr(0, begin);
  }
  return text;
}

}  // namespace image_cache
