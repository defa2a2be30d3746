// generate_cache DIR ENTRIES: a cache folder as a server leaves it after a clean stop, files and
// index, but for manifest.json, which the first server writes.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "native-server/base/unique_fd.h"
#include "native-server/store/index/sqlite_manifest_store.h"
#include "shared/paths/local_path.h"
#include "tests/bench/store/generated_entry.h"

namespace image_cache::bench {
namespace {

constexpr std::uint64_t kEntriesPerTransaction = 20'000;

template <typename T>
T Require(Result<T, IndexError> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

void WriteFile(const std::filesystem::path& path, const std::string& content) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!file ||
      ::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    throw std::system_error(errno, std::generic_category(), path);
  }
}

void MakeFolder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), path);
  }
}

void Generate(const std::filesystem::path& folder, std::uint64_t entries) {
  std::filesystem::create_directories(folder.parent_path());
  MakeFolder(folder);
  MakeFolder(folder / "images");
  WriteFile(folder / "index.sqlite", "");
  const auto index = Require(SqliteManifestStore::Open((folder / "index.sqlite").string()));
  Require(index->Load([](const Entry&, std::uint64_t) {}));
  for (std::uint64_t from = 0; from < entries; from += kEntriesPerTransaction) {
    IndexChange change;
    for (std::uint64_t i = from; i < std::min(entries, from + kEntriesPerTransaction); ++i) {
      change.puts.push_back(GeneratedEntry(i));
      const Entry& entry = change.puts.back();
      if (i % kPicturesPerActor == 0) MakeFolder(folder / "images" / entry.actor_id);
      const auto path = LocalPath::Parse(entry.local_path);
      WriteFile(folder / "images" / std::string(path->relative()), GeneratedContent(i));
    }
    change.revision = from + change.puts.size();
    change.checkpoint_revision = change.revision;
    change.last_updated_ms = change.puts.back().cached_at_ms;
    Require(index->Apply(change));
  }
  index->Close();
}

}  // namespace
}  // namespace image_cache::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: generate_cache DIR ENTRIES\n", stderr);
    return 2;
  }
  try {
    image_cache::bench::Generate(std::filesystem::absolute(argv[1]), std::stoull(argv[2]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "generate_cache: %s\n", error.what());
    return 1;
  }
}
