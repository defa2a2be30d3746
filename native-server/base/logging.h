// Where the program's log goes: stderr, as text for people or one JSON object a line for machines.
//
// SetUpLogging replaces spdlog's default logger; call it once, before any thread starts. Everything
// else logs through spdlog::info(), spdlog::warn() and so on, which are thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace image_cache {

enum class LogFormat {
  kText,  // 2025-10-17T14:00:00.123Z info  message
  kJson,  // {"time":"2025-10-17T14:00:00.123Z","level":"info","message":"message"}
};

// The names that --log-level knows.
inline constexpr std::string_view kLogLevels[] = {"trace", "debug", "info", "warn", "error", "off"};

// REQUIRES: `level` is one of kLogLevels.
void SetUpLogging(const std::string& level, LogFormat format);

// A URL as it may be logged: without the query, where a presigned URL has its signature, without a
// fragment, and without user name and password. Takes any text.
[[nodiscard]] std::string LoggableUrl(std::string_view url);

// What stands before a '?' or '#' that is percent-encoded, once or more: where a whole URL was
// encoded into another, its signature comes behind that. Takes any text; the view is a part of it.
[[nodiscard]] std::string_view WithoutEncodedQuery(std::string_view text);

}  // namespace image_cache
