// The cache folder, opened by this process because no server has it.
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "native-server/api/overview.h"
#include "native-server/api/prefetch_report.h"
#include "native-server/api/stats_json.h"
#include "native-server/cli/cache_access.h"
#include "native-server/cli/error_text.h"
#include "native-server/cli/parts.h"

namespace image_cache {
namespace {

class LocalCache final : public CacheAccess {
 public:
  LocalCache(const Settings& settings, S3Addressing addressing)
      : settings_(settings), addressing_(std::move(addressing)) {}

  Outcome<void> Open() {
    auto store = OpenStore(settings_, addressing_, clock_);
    if (!store) return tl::make_unexpected(store.error());
    store_ = std::move(*store);
    return {};
  }

  std::string Description() const override { return "no server runs"; }

  Outcome<nlohmann::ordered_json> Stats() override {
    Overview overview;
    overview.store = store_->Stats();
    return ToJson(overview);
  }

  Outcome<nlohmann::ordered_json> Clear(const std::string& actor_id) override {
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
    return nlohmann::ordered_json{{"removed", removal->removed},
                                  {"bytes_freed", removal->bytes_freed}};
  }

  Outcome<nlohmann::ordered_json> Prefetch(const PrefetchOrder& order) override {
    if (!fetching_) {
      auto access = MakeOriginAccess(settings_, addressing_);
      if (!access) return tl::make_unexpected(access.error());
      access_ = std::move(*access);
      fetching_.emplace(settings_, addressing_, *access_, *store_);
    }
    std::promise<PrefetchReport> promise;
    fetching_->prefetcher.Run(
        order, [&promise](PrefetchReport report) { promise.set_value(std::move(report)); });
    return ToJson(promise.get_future().get());
  }

 private:
  const Settings settings_;
  const S3Addressing addressing_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::optional<OriginAccess> access_;  // these two are made for the first prefetch only
  std::optional<Fetching> fetching_;
};

}  // namespace

Outcome<std::unique_ptr<CacheAccess>> OpenLocalCache(const Settings& settings) {
  auto addressing = MakeAddressing(settings);
  if (!addressing) return tl::make_unexpected(addressing.error());
  auto cache = std::make_unique<LocalCache>(settings, std::move(*addressing));
  if (auto opened = cache->Open(); !opened) return tl::make_unexpected(opened.error());
  return cache;
}

}  // namespace image_cache
