// The objects that the subcommands are made of, built from the settings.
//
// Each function fails with what an operator is to be told. The caller owns what it gets and
// destroys it in the opposite order.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "native-server/base/clock.h"
#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"
#include "native-server/http/access_log/access_log.h"
#include "native-server/http/access_policy.h"
#include "native-server/origin/access/credentials.h"
#include "native-server/origin/access/origin_policy.h"
#include "native-server/origin/access/replaceable_credentials.h"
#include "native-server/origin/downloader.h"
#include "native-server/replay/trace_writer.h"
#include "native-server/services/compression/compression.h"
#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/prefetch/prefetch_jobs.h"
#include "native-server/services/prefetch/prefetch_service.h"
#include "native-server/services/smaller/smaller_service.h"
#include "native-server/services/sync/sync_service.h"
#include "native-server/store/store.h"
#include "native-server/workers/worker_pool.h"

namespace image_cache {

// The endpoint of --s3-endpoint or AWS_ENDPOINT_URL_S3.
[[nodiscard]] Outcome<S3Addressing> MakeAddressing(const Settings& settings);

// Which origins may be asked, and as whom.
struct OriginAccess {
  OriginPolicy policy;
  std::unique_ptr<ReplaceableCredentials> credentials;
};
[[nodiscard]] Outcome<OriginAccess> MakeOriginAccess(const Settings& settings,
                                                     const S3Addressing& addressing);

[[nodiscard]] StoreLimits LimitsOf(const Settings& settings);

struct StoreUse {
  bool tidy_at_start = true;  // see StoreOptions; so it is below
  std::uint64_t scrub_bytes_per_second = 0;
  bool keep_last_uses = false;
};
[[nodiscard]] Outcome<std::unique_ptr<Store>> OpenStore(const Settings& settings,
                                                        const S3Addressing& addressing,
                                                        Clock& clock, const StoreUse& use = {});

// The token in --token-file, without the newline behind it; nothing without the option.
[[nodiscard]] Outcome<std::optional<std::string>> ReadToken(const Settings& settings);

// `listen` is where the server really listens: its own name, and what the other subcommands call it
// by.
[[nodiscard]] AccessRules MakeAccessRules(const Settings& settings, std::string_view listen,
                                          std::optional<std::string> token);

// The file of --trace; null without the option.
[[nodiscard]] Outcome<std::unique_ptr<TraceWriter>> OpenTrace(const Settings& settings,
                                                              const Clock& clock);

[[nodiscard]] DownloaderOptions MakeDownloaderOptions(const Settings& settings);

// Of --sync and what goes with it. REQUIRES: the folders were checked as options.
[[nodiscard]] SyncSchedule MakeSyncSchedule(const Settings& settings);

// The file of --access-log; null without the option.
[[nodiscard]] Outcome<std::unique_ptr<AccessLog>> OpenAccessLog(const Settings& settings,
                                                                const Clock& clock);

// What is noted of the origins and of what fails, for who runs the server. `store` outlives it.
struct Monitoring {
  Monitoring(Store& store, const Clock& clock);
  // Keeps what is noted over restarts: for HistoryKeeper.
  void Save(Store& store, std::string history) const;

  std::optional<std::string> history_note;  // of the last run
  RecentErrors errors;
  OriginTimes times;
};

// The processes that decode pictures; null when neither an option nor what is compressed already
// needs them, and, which is logged, when their program is not there: then pictures are served as
// they are. Only --compress-after fails without it.
[[nodiscard]] Outcome<std::unique_ptr<WorkerPool>> MakeWorkers(const Settings& settings,
                                                               Store& store);
// What --compress-after asks for, or what is compressed already needs; else, and without workers,
// null. What is referred to outlives it.
[[nodiscard]] std::unique_ptr<Compression> MakeCompression(const Settings& settings, Store& store,
                                                           WorkerPool* workers, const Clock& clock);
// What makes smaller pictures, also of what is compressed; null without workers or widths. What is
// referred to outlives it.
[[nodiscard]] std::unique_ptr<SmallerService> MakeSmallerService(const Settings& settings,
                                                                 Store& store, WorkerPool* workers,
                                                                 Compression* compression,
                                                                 const Clock& clock);

// Everything that downloads. `access`, `store`, `clock` and `trace`, which may be null, outlive it.
struct Fetching {
  Fetching(const Settings& settings, const S3Addressing& addressing, const OriginAccess& access,
           Store& store, const Clock& clock, const FetchWatchers& watchers = {});

  const DownloaderOptions limits;
  RunningPrefetches running;
  std::unique_ptr<Downloader> downloader;
  FetchService fetcher;
  PrefetchService prefetcher;
  PrefetchJobs jobs;
};

}  // namespace image_cache
