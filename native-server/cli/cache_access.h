// The cache as the other subcommands use it: through the server that has the folder, or directly.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"
#include "native-server/services/prefetch/prefetch_service.h"
#include "native-server/services/sync/sync_report.h"

namespace image_cache {

struct VerifyOrder {
  bool repair = false;
  std::uint64_t bytes_per_second = 0;  // 0: as fast as it goes
};
using VerifyProgress = std::function<void(const nlohmann::ordered_json& report)>;
// How often it is told.
inline constexpr std::chrono::milliseconds kVerifyProgressInterval{200};

class CacheAccess {
 public:
  virtual ~CacheAccess() = default;
  // For people: "the server at http://127.0.0.1:8787".
  [[nodiscard]] virtual std::string Description() const = 0;
  // Each answers what the contract's endpoint of that name answers.
  // `history`: minute, hour, day, or nothing for none, which only a server has.
  [[nodiscard]] virtual Outcome<nlohmann::ordered_json> Stats(const std::string& history) = 0;
  // Compares entries and files; `progress` is told how far it is from time to time.
  [[nodiscard]] virtual Outcome<nlohmann::ordered_json> Verify(const VerifyOrder& order,
                                                               const VerifyProgress& progress) = 0;
  // An empty id clears everything.
  [[nodiscard]] virtual Outcome<nlohmann::ordered_json> Clear(const std::string& actor_id) = 0;
  // Blocks until it is done.
  [[nodiscard]] virtual Outcome<nlohmann::ordered_json> Sync(const SyncOrder& order) = 0;
  // Begins at once; several may run side by side. The future must be gone before this is.
  [[nodiscard]] virtual std::future<Outcome<nlohmann::ordered_json>> Prefetch(
      PrefetchOrder order) = 0;
};

[[nodiscard]] Outcome<std::unique_ptr<CacheAccess>> OpenCache(const Settings& settings);

struct RemoteTimeouts {
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds answer{
      30000};  // to all but a prefetch, whose downloads take their time
};

// The two kinds.
[[nodiscard]] Outcome<std::unique_ptr<CacheAccess>> OpenRemoteCache(const Settings& settings,
                                                                    std::string server_url,
                                                                    RemoteTimeouts timeouts = {});
[[nodiscard]] Outcome<std::unique_ptr<CacheAccess>> OpenLocalCache(const Settings& settings);

}  // namespace image_cache
