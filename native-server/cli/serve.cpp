#include "native-server/cli/serve.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>
#include <utility>

#include "native-server/api/application.h"
#include "native-server/api/cors.h"
#include "native-server/api/routes.h"
#include "native-server/base/descriptor_limit.h"
#include "native-server/base/service_manager.h"
#include "native-server/base/ticker.h"
#include "native-server/base/watchdog.h"
#include "native-server/cli/error_text.h"
#include "native-server/cli/parts.h"
#include "native-server/cli/signals.h"
#include "native-server/cli/warm/start_plan.h"
#include "native-server/console/console_files.h"
#include "native-server/http/server/server.h"

namespace image_cache {
namespace {

constexpr std::chrono::seconds kDrainTime{5};
// A point of the history knows to which minute a hit belongs by so much.
constexpr std::chrono::seconds kHistoryInterval{5};

Outcome<std::optional<StaticFiles>> OpenStaticFiles(const Settings& settings) {
  if (settings.static_dir.empty()) return std::nullopt;
  auto files = StaticFiles::Open(settings.static_dir);
  if (!files) {
    return Failed(
        fmt::format("--static-dir: {} has no index.html that can be read; give the folder "
                    "of a built page",
                    settings.static_dir));
  }
  return files;
}

std::optional<EmbeddedSite> MakeConsole(const Settings& settings) {
  if (settings.no_console) return std::nullopt;
  return EmbeddedSite(ConsoleFiles());
}

// Shares out the descriptors that the process may have. What is left is for downloads (a socket and
// its file twice), the index and the log; so it is connections that are refused when there are too
// few, and not pictures that cannot be opened.
struct DescriptorShares {
  explicit DescriptorShares(const Settings& settings) {
    constexpr std::size_t kFewest = 16;
    const std::size_t all = RaiseDescriptorLimit();
    images.images = std::min(images.images, all / 4);
    const std::size_t others =
        images.images + 4 * static_cast<std::size_t>(settings.downloads) + 128;
    http.connections = std::min(http.connections, all > others + kFewest ? all - others : kFewest);
    http.web_sockets = std::min(http.web_sockets, http.connections / 2);
  }

  HttpLimits http;
  OpenImagesLimits images;
};

// On a socket that the service manager has opened, when it has.
Outcome<std::unique_ptr<HttpServer>> StartListening(const Settings& settings,
                                                    const HttpLimits& limits,
                                                    ServiceManager& manager) {
  // REQUIRES was kept by the option's check.
  const ListenAddress address = *ParseListenAddress(settings.listen);
  const std::size_t threads =
      settings.threads > 0 ? settings.threads : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<UniqueFd> sockets = manager.TakeSockets();
  if (sockets.size() > 1) {
    return Failed(
        "the service manager has handed over several sockets; give the .socket unit one "
        "ListenStream=");
  }
  if (!sockets.empty()) {
    auto server = HttpServer::Adopt(sockets.front(), threads, limits);
    if (server) return std::move(*server);
    return Failed("cannot listen on the socket of the service manager: " + server.error().detail);
  }
  auto server = HttpServer::Listen(address, threads, limits);
  if (!server) return tl::make_unexpected(DescribeListenError(server.error(), settings.listen));
  return std::move(*server);
}

// "http://127.0.0.1:8787" → "127.0.0.1:8787".
std::string AddressIn(const std::string& url) { return url.substr(url.find("://") + 3); }

UsageService::Mode UsageMode(const Settings& settings) {
  if (settings.usage_model == "learn") return UsageService::Mode::kLearn;
  if (settings.usage_model == "prefetch") return UsageService::Mode::kFetch;
  return UsageService::Mode::kOff;
}

}  // namespace

Outcome<void> Serve(const CommandLine& command, ReadConfiguration read_again) {
  Signals signals;  // first of all, so that a signal while starting is not lost
  ServiceManager manager;
  const Settings& settings = command.settings;
  if (settings.exit_with_parent) Signals::StopWithParent();
  SystemClock clock;
  auto addressing = MakeAddressing(settings);
  if (!addressing) return tl::make_unexpected(addressing.error());
  auto access = MakeOriginAccess(settings, *addressing);
  if (!access) return tl::make_unexpected(access.error());
  auto token = ReadToken(settings);
  if (!token) return tl::make_unexpected(token.error());
  auto warming_plan = MakeWarmingPlan(settings);
  if (!warming_plan) return tl::make_unexpected(warming_plan.error());
  auto files = OpenStaticFiles(settings);
  if (!files) return tl::make_unexpected(files.error());
  auto opened_trace = OpenTrace(settings, clock);
  if (!opened_trace) return tl::make_unexpected(opened_trace.error());
  TraceWriter* const trace = opened_trace->get();
  auto access_log = OpenAccessLog(settings, clock);
  if (!access_log) return tl::make_unexpected(access_log.error());
  auto store = OpenStore(settings, *addressing, clock,
                         {.scrub_bytes_per_second = settings.scrub_bytes_per_second,
                          .keep_last_uses = settings.compress_after.count() > 0});
  if (!store) return tl::make_unexpected(store.error());
  (*store)->FitLimits();
  const DescriptorShares shares(settings);
  auto server = StartListening(settings, shares.http, manager);
  if (!server) return tl::make_unexpected(server.error());

  Monitoring monitoring(**store, clock);
  const auto workers = MakeWorkers(settings, **store);
  if (!workers) return tl::make_unexpected(workers.error());
  const auto compression = MakeCompression(settings, **store, workers->get(), clock);
  const auto smaller =
      MakeSmallerService(settings, **store, workers->get(), compression.get(), clock);
  // Below the server, so destroyed before it: their last callbacks still find its threads' queues.
  FetchWatchers watchers{.trace = trace, .errors = &monitoring.errors, .times = &monitoring.times};
  if (smaller) watchers.stored = [&smaller](const Entry& entry) { smaller->NoteStored(entry); };
  Fetching fetching(settings, *addressing, *access, **store, clock, watchers);
  Revalidation revalidation(fetching.fetcher, **store, *fetching.downloader, *addressing);
  SyncService sync(fetching.fetcher, **store, *fetching.downloader, *addressing, clock,
                   MakeSyncSchedule(settings));
  UsageService usage(UsageMode(settings), **store, fetching.fetcher, *fetching.downloader,
                     *addressing, clock);
  if (usage.mode() == UsageService::Mode::kFetch) {
    warming_plan->likely = [&usage] { return usage.Likely(UsageService::kActorsAtStart); };
  }
  StartWarming warming(fetching.fetcher, **store, *fetching.downloader, *addressing, clock,
                       std::move(*warming_plan));
  Statistics statistics;
  const OverviewSource overview(**store, statistics, *fetching.downloader, fetching.limits,
                                fetching.fetcher, fetching.jobs, revalidation, sync, warming, usage,
                                monitoring.errors, clock, trace, access_log->get(), smaller.get(),
                                compression.get(), workers->get());
  HistoryKeeper history(
      clock, [&overview] { return overview.ReadWithoutActors().Totals(); },
      [&monitoring, &store = **store](std::string note) {
        monitoring.Save(store, std::move(note));
      },
      std::move(monitoring.history_note));
  const Ticker history_ticker(kHistoryInterval, [&history] { history.Count(); });
  const std::string listen = AddressIn((*server)->url());
  AccessPolicy access_policy(MakeAccessRules(settings, listen, std::move(*token)));
  ImageEndpoint images(**store, statistics, monitoring.times, clock, (*server)->threads(),
                       shares.images, trace, TimingLine(access_policy), settings.server_timing,
                       smaller.get(), compression ? &compression->restoring() : nullptr);
  EventHub events((*store)->changes(), fetching.running,
                  [&overview] { return overview.ReadWithoutActors(); });
  Background background;
  const Application application(MakeRoutes({.store = **store,
                                            .images = images,
                                            .downloader = *fetching.downloader,
                                            .fetcher = fetching.fetcher,
                                            .prefetcher = fetching.prefetcher,
                                            .jobs = fetching.jobs,
                                            .revalidation = revalidation,
                                            .sync = sync,
                                            .usage = usage,
                                            .statistics = statistics,
                                            .access = access_policy,
                                            .overview = overview,
                                            .history = history,
                                            .errors = monitoring.errors,
                                            .events = events,
                                            .server = **server,
                                            .addressing = *addressing,
                                            .background = background,
                                            .server_timing = settings.server_timing}),
                                access_policy,
                                {.files = std::move(*files), .console = MakeConsole(settings)});

  Watchdog watchdog(manager.watchdog_deadline(), (*server)->threads(),
                    [&manager] { manager.TellAlive(); });
  (*server)->Start([&application](Request& request) { return application.Handle(request); },
                   [&images, &watchdog](std::size_t thread) {
                     images.Sweep(thread);
                     watchdog.Beat(thread, std::chrono::steady_clock::now());
                   },
                   access_log->get());
  (*store)->AnnounceServer((*server)->url());
  spdlog::info("serving the cache folder {}", settings.cache_dir);
  std::cout << "listening on " << (*server)->url() << std::endl;

  manager.TellReady();
  usage.Begin();
  warming.Begin();
  sync.BeginSchedule();

  Reload reload(command, std::move(read_again),
                {.addressing = *addressing,
                 .origins = *access,
                 .access = access_policy,
                 .store = **store,
                 .images = images,
                 .listen = listen});
  while (signals.Wait() == Signals::Order::kReload) {
    manager.TellReloading();
    reload.Run();
    if (*access_log) (*access_log)->Reopen();
    manager.TellReady();
  }
  manager.TellStopping();
  spdlog::info("stopping; what runs is finished first");
  usage.Stop();
  warming.Stop();
  sync.Stop();  // who waits for one can ask again
  if (!(*server)->Drain(kDrainTime)) spdlog::warn("some requests were cut off");
  return {};
}

}  // namespace image_cache
