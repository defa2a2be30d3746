// Reading the configuration again while the server runs: what SIGHUP does.
//
// All of what can change takes effect at once and together, or, when anything in it is wrong, none
// of it and the old configuration goes on. No connection notices. Everything else needs a restart:
// that it differs is logged, and nothing of it is applied. An option that is not listed in
// reload.cpp needs a restart.
// Owned by Serve, on the main thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "native-server/api/endpoints/image_endpoint.h"
#include "native-server/cli/failure.h"
#include "native-server/cli/option_layers.h"
#include "native-server/cli/parts.h"
#include "native-server/http/access_policy.h"
#include "native-server/store/store.h"

namespace image_cache {

// The command line, the environment and the config file, as they are now.
using ReadConfiguration = std::function<Outcome<CommandLine>()>;

struct ReloadedParts {
  const S3Addressing& addressing;  // stays
  OriginAccess& origins;
  AccessPolicy& access;
  Store& store;
  ImageEndpoint& images;
  std::string listen;  // where the server really listens: "127.0.0.1:8787"
};

class Reload {
 public:
  // What is referred to outlives this.
  Reload(const CommandLine& at_start, ReadConfiguration read, ReloadedParts parts)
      : at_start_(at_start.given),
        applied_(at_start.given),
        config_is_empty_(at_start.config_is_empty),
        read_(std::move(read)),
        parts_(std::move(parts)) {}

  // Logs what has changed, or why nothing has.
  void Run();

 private:
  [[nodiscard]] Outcome<GivenOptions> Apply();
  void LogChanges(const GivenOptions& now) const;

  const GivenOptions at_start_;
  GivenOptions applied_;
  bool config_is_empty_;  // when it was last applied
  const ReadConfiguration read_;
  const ReloadedParts parts_;
};

}  // namespace image_cache
