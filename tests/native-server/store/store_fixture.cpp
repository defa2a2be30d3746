#include "tests/native-server/store/store_fixture.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>
#include <random>

#include "native-server/store/space/housekeeping.h"
#include "tests/native-server/base/eventually.h"

namespace image_cache::testing {
namespace {

template <typename T, typename Start>
Result<T, StoreError> Await(Start start) {
  std::promise<Result<T, StoreError>> promise;
  auto future = promise.get_future();
  start([&promise](Result<T, StoreError> outcome) { promise.set_value(std::move(outcome)); });
  return future.get();
}

}  // namespace

std::string Jpeg(std::size_t size_bytes, int seed) {
  // Its frame header is first, so that 15 bytes tell all that is ever told of it.
  std::string bytes("\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00", 15);
  std::minstd_rand random(static_cast<unsigned>(seed) + 1);
  while (bytes.size() < size_bytes) bytes += static_cast<char>(random() & 0xff);
  bytes.resize(size_bytes);
  return bytes;
}

std::uint64_t LimitFor(std::uint64_t bytes, std::uint64_t pictures, std::uint64_t actors) {
  std::uint64_t limit = bytes;
  // The housekeeping depends a little on the limit itself.
  for (int round = 0; round < 8; ++round) {
    limit = bytes + Housekeeping(limit).Bytes(pictures, actors);
  }
  return limit;
}

std::string KeyOf(const std::string& name) { return "https://s3.amazonaws.com/training/" + name; }

NewEntry Named(const std::string& key, const std::string& actor_id) {
  return {.key = key, .actor_id = actor_id, .filename = "a.jpg", .etag = "\"e\""};
}

StoreTest::StoreTest() : cache_dir(folder.path() / "cache") {
  options.cache_dir = cache_dir.string();
  options.min_free_bytes = 0;
}

void StoreTest::Open() {
  auto opened = Store::Open(options, clock);
  ASSERT_TRUE(opened) << opened.error().detail;
  store = std::move(*opened);
}

StoreError StoreTest::OpenError() {
  auto opened = Store::Open(options, clock);
  if (opened) {
    ADD_FAILURE() << "the store could be opened";
    return StoreError::kNotFound;
  }
  EXPECT_NE(opened.error().detail, "");
  return opened.error().code;
}

void StoreTest::Reopen() {
  store.reset();
  Open();
}

Result<Entry, StoreError> StoreTest::TryPublish(const std::string& key, const std::string& actor_id,
                                                const std::string& content) {
  auto image = store->Begin(actor_id, content.size());
  if (!image) return tl::make_unexpected(image.error());
  if (auto appended = (*image)->Append(content); !appended) {
    return tl::make_unexpected(appended.error());
  }
  return Await<Entry>(
      [&](auto done) { store->Publish(std::move(*image), Named(key, actor_id), done); });
}

Entry StoreTest::Publish(const std::string& key, const std::string& actor_id,
                         const std::string& content) {
  auto entry = TryPublish(key, actor_id, content);
  EXPECT_TRUE(entry) << entry.error().detail;
  return entry.value_or(Entry{});
}

Result<Removal, StoreError> StoreTest::Remove(const std::string& key) {
  return Await<Removal>([&](auto done) { store->Remove(key, done); });
}

Result<Removal, StoreError> StoreTest::ClearActor(const std::string& actor_id) {
  return Await<Removal>([&](auto done) { store->ClearActor(actor_id, done); });
}

Result<Removal, StoreError> StoreTest::ClearAll() {
  return Await<Removal>([&](auto done) { store->ClearAll(done); });
}

Result<OpenedImage, StoreError> StoreTest::OpenImage(const std::string& local_path) {
  const auto path = LocalPath::Parse(local_path);
  if (!path) return Fail(StoreError::kNotFound, "not a local path: " + local_path);
  return store->OpenImage(*path);
}

std::optional<std::string> StoreTest::Serve(const std::string& local_path) {
  const auto image = OpenImage(local_path);
  if (!image) return std::nullopt;
  std::string bytes(image->size_bytes, '\0');
  if (::pread(image->fd.get(), bytes.data(), bytes.size(), 0) !=
      static_cast<ssize_t>(bytes.size())) {
    return std::nullopt;
  }
  return bytes;
}

std::size_t StoreTest::TemporaryPictures() const {
  const auto files = FilesBeneath(cache_dir / "tmp");
  return static_cast<std::size_t>(
      std::count_if(files.begin(), files.end(),
                    [](const std::string& name) { return name.starts_with("picture-"); }));
}

void StoreTest::AwaitUnlinking() {
  EXPECT_TRUE(Eventually([this] { return store->Stats().debris_files == 0; }));
}

void StoreTest::AwaitManifestFile() {
  const std::string current = store->ManifestJson()->json;
  const auto file = cache_dir / "manifest.json";
  // What stands there before may be large, and is not read again and again.
  ASSERT_TRUE(Eventually([&] {
    std::error_code missing;
    return std::filesystem::file_size(file, missing) == current.size() && ReadFile(file) == current;
  }));
}

void StoreTest::AwaitProbe() {
  const auto probes = [this] {
    const StoreHealthReport health = store->Health();
    return health.probes_succeeded + health.probes_failed;
  };
  const std::uint64_t before = probes();
  clock.Advance(60'000);  // the longest that it waits
  ASSERT_TRUE(Eventually([&] { return probes() != before; }));
}

bool StoreTest::Recovers() {
  AwaitProbe();
  return store->Health().state == HealthState::kHealthy;
}

std::filesystem::path StoreTest::FileOf(const Entry& entry) const {
  const auto path = LocalPath::Parse(entry.local_path);
  return cache_dir / "images" / std::string(path->relative());
}

}  // namespace image_cache::testing
