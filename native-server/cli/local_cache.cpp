// The cache folder, used by this process because no server has it.
#include <filesystem>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "native-server/api/endpoints/prefetch_report.h"
#include "native-server/api/overview.h"
#include "native-server/api/stats_json.h"
#include "native-server/api/sync_json.h"
#include "native-server/cli/cache_access.h"
#include "native-server/cli/error_text.h"
#include "native-server/cli/local_verification.h"
#include "native-server/cli/parts.h"
#include "native-server/services/sync/sync_pass.h"

namespace image_cache {
namespace {

nlohmann::ordered_json ToJson(const Removal& removal) {
  return {{"removed", removal.removed}, {"bytes_freed", removal.bytes_freed}};
}

class LocalCache final : public CacheAccess {
 public:
  LocalCache(const Settings& settings, S3Addressing addressing)
      : settings_(settings), addressing_(std::move(addressing)) {}

  std::string Description() const override { return "no server runs"; }

  // Read from the index alone: somebody may have the folder who is not announced (a server that is
  // just starting, a warm), and asking is no reason to make one.
  Outcome<nlohmann::ordered_json> Stats(const std::string& history) override {
    if (!history.empty()) {
      return Failed("only a running server tells its history; start it with: image-cache serve");
    }
    auto stored = ReadStats(settings_.cache_dir);
    if (!stored) {
      return tl::make_unexpected(DescribeStoreError(stored.error(), settings_.cache_dir));
    }
    Overview overview;
    overview.store = std::move(*stored);
    nlohmann::ordered_json stats = ToJson(overview);
    stats.erase("max_size_bytes");  // which is for a server to say
    return stats;
  }

  Outcome<nlohmann::ordered_json> Verify(const VerifyOrder& order,
                                         const VerifyProgress& progress) override {
    return VerifyFolder(settings_, addressing_, clock_, order, progress);
  }

  Outcome<nlohmann::ordered_json> Clear(const std::string& actor_id) override {
    std::error_code error;
    (void)std::filesystem::symlink_status(settings_.cache_dir, error);
    if (error == std::errc::no_such_file_or_directory) return ToJson(Removal{});
    if (auto opened = Open(); !opened) return tl::make_unexpected(opened.error());
    std::promise<Result<Removal, StoreError>> promise;
    auto done = [&promise](Result<Removal, StoreError> removal) {
      promise.set_value(std::move(removal));
    };
    if (actor_id.empty()) {
      store_->ClearAll(done);
    } else {
      store_->ClearActor(actor_id, done);
    }
    const auto removal = promise.get_future().get();
    if (!removal) {
      return tl::make_unexpected(DescribeStoreError(removal.error(), settings_.cache_dir));
    }
    return ToJson(*removal);
  }

  Outcome<nlohmann::ordered_json> Sync(const SyncOrder& order) override {
    if (auto ready = PrepareFetching(); !ready) return tl::make_unexpected(ready.error());
    SyncPass pass(order, fetching_->fetcher, *store_, *fetching_->downloader, addressing_, clock_);
    return ToJson(pass.Run());
  }

  std::future<Outcome<nlohmann::ordered_json>> Prefetch(PrefetchOrder order) override {
    auto promise = std::make_shared<std::promise<Outcome<nlohmann::ordered_json>>>();
    if (auto ready = PrepareFetching(); !ready) {
      promise->set_value(tl::make_unexpected(ready.error()));
    } else {
      fetching_->prefetcher.Run(std::move(order), [promise](const PrefetchReport& report) {
        promise->set_value(ToJson(report));
      });
    }
    return promise->get_future();
  }

 private:
  Outcome<void> PrepareFetching() {
    if (auto opened = Open(); !opened) return opened;
    if (fetching_) return {};
    auto access = MakeOriginAccess(settings_, addressing_);
    if (!access) return tl::make_unexpected(access.error());
    access_.emplace(std::move(*access));
    fetching_.emplace(settings_, addressing_, *access_, *store_, clock_);
    return {};
  }

  Outcome<void> Open() {
    if (store_) return {};
    auto store = OpenStore(settings_, addressing_, clock_);
    if (!store) return tl::make_unexpected(store.error());
    store_ = std::move(*store);
    return {};
  }

  const Settings settings_;
  const S3Addressing addressing_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;        // opened by the first change
  std::optional<OriginAccess> access_;  // these two are made for the first prefetch only
  std::optional<Fetching> fetching_;
};

}  // namespace

Outcome<std::unique_ptr<CacheAccess>> OpenLocalCache(const Settings& settings) {
  auto addressing = MakeAddressing(settings);
  if (!addressing) return tl::make_unexpected(addressing.error());
  return std::make_unique<LocalCache>(settings, std::move(*addressing));
}

}  // namespace image_cache
