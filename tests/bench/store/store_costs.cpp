// store_costs DIR ENTRIES [DIR ENTRIES]...: what the store's operations cost in folders that
// generate_cache has filled, as one JSON array. The folders take turns, so that a slow moment of
// the machine meets them all.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "native-server/store/store.h"
#include "tests/bench/store/generated_entry.h"

namespace image_cache::bench {
namespace {

constexpr int kRounds = 40;
constexpr int kLookupsPerRound = 1000;
constexpr int kChangesPerRound = 10;

using Nanoseconds = std::chrono::duration<double, std::nano>;

template <typename Work>
double NanosecondsOf(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return Nanoseconds(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// One folder and the times of its operations.
class Measured {
 public:
  Measured(const std::string& folder, std::uint64_t entries, Clock& clock) : entries_(entries) {
    StoreOptions options;
    options.cache_dir = folder;
    options.max_size_bytes = 1ULL << 40;
    options.min_free_bytes = 0;
    auto opened = Store::Open(options, clock);
    if (!opened) throw std::runtime_error(folder + ": " + opened.error().detail);
    store_ = std::move(*opened);
  }

  void Round(int round) {
    std::vector<std::string> keys;
    for (int i = 0; i < kLookupsPerRound; ++i) keys.push_back(GeneratedKey(random_() % entries_));
    std::vector<LocalPath> paths;
    lookups_.push_back(NanosecondsOf([&] {
                         for (const std::string& key : keys) {
                           const auto entry = store_->Find(key);
                           if (!entry) throw std::runtime_error("not found: " + key);
                           paths.push_back(*LocalPath::Parse(entry->local_path));
                         }
                       }) /
                       kLookupsPerRound);
    opens_.push_back(NanosecondsOf([&] {
                       for (const LocalPath& path : paths) {
                         if (!store_->OpenImage(path)) throw std::runtime_error(path.text());
                       }
                     }) /
                     kLookupsPerRound);
    for (int i = 0; i < kChangesPerRound; ++i) {
      const std::uint64_t number =
          entries_ + static_cast<std::uint64_t>(round * kChangesPerRound + i);
      inserts_.push_back(NanosecondsOf([&] { Insert(number); }));
      removals_.push_back(NanosecondsOf([&] { Remove(number); }));
    }
  }

  [[nodiscard]] nlohmann::json Report() const {
    return {{"entries", entries_},
            {"lookup_ns", Median(lookups_)},
            {"open_ns", Median(opens_)},
            {"insert_ns", Median(inserts_)},
            {"removal_ns", Median(removals_)}};
  }

 private:
  void Insert(std::uint64_t number) {
    const std::string content = GeneratedContent(number);
    auto image = store_->Begin(GeneratedActor(number), content.size());
    if (!image || !(*image)->Append(content)) throw std::runtime_error("no room for a picture");
    const Entry entry = GeneratedEntry(number);
    Await<Entry>([&](auto done) {
      store_->Publish(std::move(*image),
                      {.key = entry.s3_url,
                       .actor_id = entry.actor_id,
                       .filename = entry.filename,
                       .etag = entry.etag},
                      std::move(done));
    });
  }

  void Remove(std::uint64_t number) {
    Await<Removal>([&](auto done) { store_->Remove(GeneratedKey(number), std::move(done)); });
  }

  template <typename T, typename Start>
  static void Await(Start start) {
    std::promise<Result<T, StoreError>> promise;
    auto future = promise.get_future();
    start([&promise](Result<T, StoreError> outcome) { promise.set_value(std::move(outcome)); });
    if (const auto outcome = future.get(); !outcome)
      throw std::runtime_error(outcome.error().detail);
  }

  const std::uint64_t entries_;
  std::unique_ptr<Store> store_;
  std::mt19937_64 random_{1};
  std::vector<double> lookups_, opens_, inserts_, removals_;
};

void Measure(int argc, char** argv) {
  SystemClock clock;
  std::vector<std::unique_ptr<Measured>> folders;
  for (int i = 1; i + 1 < argc; i += 2) {
    folders.push_back(std::make_unique<Measured>(argv[i], std::stoull(argv[i + 1]), clock));
  }
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& folder : folders) folder->Round(round);
  }
  nlohmann::json report = nlohmann::json::array();
  for (const auto& folder : folders) report.push_back(folder->Report());
  std::puts(report.dump().c_str());
}

}  // namespace
}  // namespace image_cache::bench

int main(int argc, char** argv) {
  if (argc < 3 || argc % 2 == 0) {
    std::fputs("usage: store_costs DIR ENTRIES [DIR ENTRIES]...\n", stderr);
    return 2;
  }
  spdlog::set_level(spdlog::level::off);
  try {
    image_cache::bench::Measure(argc, argv);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "store_costs: %s\n", error.what());
    return 1;
  }
}
