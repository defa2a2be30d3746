#include "native-server/cli/parts.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include "native-server/api/logged_query.h"
#include "native-server/base/logging.h"
#include "native-server/cli/error_text.h"
#include "native-server/cli/text_file.h"
#include "native-server/workers/worker_program.h"

namespace image_cache {
namespace {

// What is kept with the index: see Store::SaveNote.
constexpr const char* kHistoryNote = "history";
constexpr const char* kOriginTimesNote = "origin-times";

// A token that is longer than a request's head is of no use.
constexpr std::size_t kMaxTokenBytes = 4096;
// A shorter one can be guessed by who may try as often as he likes.
constexpr std::size_t kShortTokenBytes = 16;

const char* GetEnvironment(const char* name) { return std::getenv(name); }

std::string Environment(const char* name) {
  const char* value = GetEnvironment(name);
  return value == nullptr ? std::string() : value;
}

bool IsTokenCharacter(char c) { return c > ' ' && c < '\x7f'; }

// What works, and is less safe than it looks.
void WarnOfWeakToken(const std::string& file, std::string_view token) {
  if (token.size() < kShortTokenBytes) {
    spdlog::warn(
        "the token of {} is short enough to be guessed; make one with: openssl rand -hex 32", file);
  }
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
      (status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    spdlog::warn("the token file {} can be read by other users of this machine; run: chmod 600 {}",
                 file, file);
  }
}

}  // namespace

Outcome<S3Addressing> MakeAddressing(const Settings& settings) {
  std::string name = "--s3-endpoint";
  std::string url = settings.s3_endpoint;
  if (url.empty()) {
    name = "AWS_ENDPOINT_URL_S3";
    url = EndpointFromEnvironment(GetEnvironment).value_or("");
  }
  if (url.empty()) return S3Addressing{.endpoint = {}, .path_style = settings.s3_path_style};
  const auto endpoint = ParseS3Endpoint(url);
  if (!endpoint) {
    return WrongUsage(
        fmt::format("{}: '{}' is not an endpoint ({}); write it as http://localhost:9000", name,
                    LoggableUrl(url), endpoint.error().detail));
  }
  return S3Addressing{.endpoint = *endpoint, .path_style = settings.s3_path_style};
}

Outcome<OriginAccess> MakeOriginAccess(const Settings& settings, const S3Addressing& addressing) {
  std::vector<AddressRange> addresses;
  for (const std::string& text : settings.origin_addresses) {
    const auto range = AddressRange::Parse(text);
    if (!range) {
      return WrongUsage(
          fmt::format("--origin-address: {}; write it as 10.1.2.3, 10.0.0.0/8 or fd12:3456::/32",
                      range.error()));
    }
    addresses.push_back(*range);
  }
  auto policy = OriginPolicy::Create(settings.origins, addressing.endpoint, std::move(addresses));
  if (!policy) {
    return WrongUsage(
        fmt::format("--origin: {}; write it as https://*.example.com or "
                    "http://127.0.0.1:9000",
                    policy.error().detail));
  }
  auto credentials = LoadCredentials(settings.s3_region, GetEnvironment);
  if (!credentials) return tl::make_unexpected(DescribeCredentialsError(credentials.error()));
  return OriginAccess{
      .policy = std::move(*policy),
      .credentials = std::make_unique<ReplaceableCredentials>(std::move(*credentials))};
}

StoreLimits LimitsOf(const Settings& settings) {
  return {.max_size_bytes = settings.max_size_bytes,
          .min_free_bytes = settings.min_free_bytes,
          .min_free_inodes = settings.min_free_inodes,
          .max_image_bytes = settings.max_image_bytes,
          .contents = {.takes_svg = settings.svg == "sandbox",
                       .max_pixels = settings.max_image_pixels}};
}

Outcome<std::unique_ptr<Store>> OpenStore(const Settings& settings, const S3Addressing& addressing,
                                          Clock& clock, const StoreUse& use) {
  const StoreLimits limits = LimitsOf(settings);
  auto store = Store::Open({.cache_dir = settings.cache_dir,
                            .max_size_bytes = limits.max_size_bytes,
                            .min_free_bytes = limits.min_free_bytes,
                            .min_free_inodes = limits.min_free_inodes,
                            .max_image_bytes = limits.max_image_bytes,
                            .contents = limits.contents,
                            .tidy_at_start = use.tidy_at_start,
                            .scrub_bytes_per_second = use.scrub_bytes_per_second,
                            .records_openings = settings.warm_last,
                            .addressing = addressing,
                            .keep_last_uses = use.keep_last_uses},
                           clock);
  if (!store) return tl::make_unexpected(DescribeStoreError(store.error(), settings.cache_dir));
  return std::move(*store);
}

Outcome<std::optional<std::string>> ReadToken(const Settings& settings) {
  if (settings.token_file.empty()) return std::nullopt;
  auto text = ReadTextFile(settings.token_file);
  if (!text) {
    return Failed(
        fmt::format("cannot read the token file {}: {}", settings.token_file, text.error()));
  }
  std::string token = std::move(*text);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.empty() || token.size() > kMaxTokenBytes ||
      !std::all_of(token.begin(), token.end(), IsTokenCharacter)) {
    return Failed(
        fmt::format("the token file {} must hold one token of up to 4096 characters "
                    "without spaces, for example from: openssl rand -hex 32",
                    settings.token_file));
  }
  WarnOfWeakToken(settings.token_file, token);
  return token;
}

AccessRules MakeAccessRules(const Settings& settings, std::string_view listen,
                            std::optional<std::string> token) {
  AccessRules rules{.hosts = settings.allowed_hosts,
                    .origins = settings.allowed_origins,
                    .token = std::move(token)};
  rules.hosts.emplace_back(HostWithoutPort(listen));
  return rules;
}

Outcome<std::unique_ptr<TraceWriter>> OpenTrace(const Settings& settings, const Clock& clock) {
  if (settings.trace_file.empty()) return nullptr;
  auto trace = TraceWriter::Open(settings.trace_file, clock);
  if (!trace) return Failed("--trace: " + trace.error().detail);
  return std::move(*trace);
}

DownloaderOptions MakeDownloaderOptions(const Settings& settings) {
  return {.max_parallel = settings.downloads, .ca_file = Environment("AWS_CA_BUNDLE")};
}

SyncSchedule MakeSyncSchedule(const Settings& settings) {
  SyncSchedule schedule{
      .folders = {}, .every = settings.sync_every, .removes_many = settings.sync_delete};
  for (const std::string& text : settings.sync_folders) {
    schedule.folders.push_back(*ParseBucketFolderOfActor(text));
  }
  return schedule;
}

Outcome<std::unique_ptr<AccessLog>> OpenAccessLog(const Settings& settings, const Clock& clock) {
  if (settings.access_log.empty()) return nullptr;
  const auto format =
      settings.access_log_format == "json" ? AccessLogFormat::kJson : AccessLogFormat::kCombined;
  auto log = AccessLog::Open(settings.access_log, format, &LoggedQuery, clock);
  if (!log) return Failed("--access-log: " + log.error().detail);
  return std::move(*log);
}

Monitoring::Monitoring(Store& store, const Clock& clock)
    : history_note(store.LoadNote(kHistoryNote)), errors(clock) {
  if (const auto written = store.LoadNote(kOriginTimesNote)) times.Restore(*written);
}

void Monitoring::Save(Store& store, std::string history) const {
  store.SaveNote(kHistoryNote, std::move(history));
  store.SaveNote(kOriginTimesNote, times.Write());
}

namespace {

// Also of a cache that was served with --compress-after once.
bool NeedsCompression(const Settings& settings, Store& store) {
  return settings.compress_after.count() > 0 || store.StatsWithoutActors().compressed.entries > 0;
}

}  // namespace

Outcome<std::unique_ptr<WorkerPool>> MakeWorkers(const Settings& settings, Store& store) {
  const bool needs_compression = NeedsCompression(settings, store);
  if (!needs_compression && settings.image_widths.empty()) return nullptr;
  auto program = FindWorkerProgram();
  if (!program) {
    const std::string& why = program.error().detail;
    if (settings.compress_after.count() > 0) return Failed("--compress-after: " + why);
    if (needs_compression) spdlog::error("compressed pictures cannot be turned back: {}", why);
    if (!settings.image_widths.empty()) {
      spdlog::warn("smaller pictures (--image-widths) are not made: {}", why);
    }
    return nullptr;
  }
  // More would take the processor from serving; one alone would let a slow picture hold up others.
  constexpr unsigned kMostProcesses = 4;
  const unsigned processes = std::clamp(std::thread::hardware_concurrency(), 2U, kMostProcesses);
  // Who opens a compressed picture waits for all of it, after a while in which nobody opened one.
  return std::make_unique<WorkerPool>(WorkerPoolOptions{
      .program = std::move(*program), .processes = processes, .keep_one_ready = needs_compression});
}

std::unique_ptr<Compression> MakeCompression(const Settings& settings, Store& store,
                                             WorkerPool* workers, const Clock& clock) {
  if (workers == nullptr || !NeedsCompression(settings, store)) return nullptr;
  std::optional<CompressorOptions> options;
  if (settings.compress_after.count() > 0) {
    options = CompressorOptions{.cold_after = settings.compress_after,
                                .share_percent = settings.compress_share_percent};
  }
  return std::make_unique<Compression>(store, *workers, clock, options);
}

std::unique_ptr<SmallerService> MakeSmallerService(const Settings& settings, Store& store,
                                                   WorkerPool* workers, Compression* compression,
                                                   const Clock& clock) {
  if (workers == nullptr || settings.image_widths.empty()) return nullptr;
  return std::make_unique<SmallerService>(
      store, *workers, compression == nullptr ? nullptr : &compression->restoring(), clock,
      SmallerOptions{.widths = settings.image_widths,
                     .max_pixels = settings.max_image_pixels,
                     .ahead = settings.image_widths_ahead});
}

Fetching::Fetching(const Settings& settings, const S3Addressing& addressing,
                   const OriginAccess& access, Store& store, const Clock& clock,
                   const FetchWatchers& watchers)
    : limits(MakeDownloaderOptions(settings)),
      downloader(Downloader::Create(limits, addressing, access.policy, *access.credentials)),
      fetcher(store, *downloader, access.policy, addressing, clock, watchers),
      prefetcher(fetcher, running),
      jobs(fetcher, running, clock) {}

}  // namespace image_cache
