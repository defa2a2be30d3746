#include "native-server/cli/run.h"

#include <curl/curl.h>

#include <cstdlib>
#include <iostream>

#include "native-server/base/hidden_memory.h"
#include "native-server/base/logging.h"
#include "native-server/cli/commands.h"
#include "native-server/cli/option_layers.h"
#include "native-server/cli/serve.h"

namespace image_cache {
namespace {

// libcurl's global state, for as long as anything may download.
class CurlLibrary {
 public:
  CurlLibrary() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  ~CurlLibrary() { curl_global_cleanup(); }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
};

Outcome<void> Dispatch(const CommandLine& command) {
  if (command.subcommand == "stats") return PrintStats(command.settings);
  if (command.subcommand == "verify") return VerifyCache(command.settings);
  if (command.subcommand == "clear") return ClearCache(command.settings);
  if (command.subcommand == "sync") return SyncFolder(command.settings);
  if (command.subcommand == "replay") return ReplayTrace(command.settings);
  if (command.subcommand == "generate") return PrintGenerated(command.settings);
  return WarmCache(command.settings);
}

// A full disk, or a reader that is gone, shows here only.
Outcome<void> FlushOutput() {
  if (std::cout.flush()) return {};
  return Failed("standard output cannot be written to; is its disk full, or its reader gone?");
}

Outcome<void> Run(const std::vector<std::string>& arguments) {
  const auto read = [&arguments] {
    // No thread changes the environment.
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    return ParseCommandLine(arguments, [](const char* name) { return std::getenv(name); });
  };
  const auto command = read();
  if (!command) return tl::make_unexpected(command.error());
  if (!command->printed.empty()) {
    std::cout << command->printed;
    return FlushOutput();
  }
  SetUpLogging(command->settings.log_level,
               command->settings.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
  if (!command->settings.debuggable) HideMemory();
  const CurlLibrary curl;
  if (command->subcommand == "serve") return Serve(*command, read);
  auto done = Dispatch(*command);
  auto flushed = FlushOutput();
  return done ? flushed : done;
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments) {
  try {
    const auto outcome = Run(arguments);
    if (outcome) return kExitDone;
    std::cerr << "image-cache: " << outcome.error().message << "\n";
    return outcome.error().exit_code;
  } catch (const std::exception& error) {
    std::cerr << "image-cache: unexpected: " << OneLine(error.what()) << "\n";
    return kExitFailed;
  }
}

}  // namespace image_cache
