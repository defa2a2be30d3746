#include "native-server/store/manifest/manifest_file.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "native-server/store/folder/adoption.h"
#include "native-server/store/manifest/large_manifest.h"

namespace image_cache {
namespace {

constexpr int kNiceness = 19;     // the lowest priority there is
constexpr int kRestPerWork = 20;  // under 5 % of a core

std::chrono::microseconds CpuTimeOfThread() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::microseconds(used.tv_nsec / 1000);
}

}  // namespace

ManifestFile::ManifestFile(CacheFolder& folder, ManifestTexts& texts, Clock& clock,
                           ManifestFileTiming timing)
    : folder_(folder), texts_(texts), clock_(clock), timing_(timing), thread_([this] { Run(); }) {}

ManifestFile::~ManifestFile() {
  texts_.StopWritingLargeOnes();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ManifestFile::NoteChange() {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    last_change_ = now;
    if (first_change_) return;  // the thread waits already, and looks at last_change_ when it wakes
    first_change_ = now;
  }
  changed_.notify_one();
}

void ManifestFile::Run() {
  // On Linux a thread has a niceness of its own. Without it the file is written all the same.
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || first_change_; });
    while (!stopping_) {
      const Time settled = std::min(last_change_ + timing_.quiet, *first_change_ + timing_.longest);
      const Time due = std::max(settled, not_before_);
      if (std::chrono::steady_clock::now() >= due) break;
      changed_.wait_until(lock, due);
    }
    if (!first_change_) return;
    first_change_.reset();  // before writing: a change meanwhile is one more
    lock.unlock();
    const std::chrono::microseconds before = CpuTimeOfThread();
    Write();
    const std::chrono::microseconds took = CpuTimeOfThread() - before;
    last_cpu_us_ = static_cast<std::uint64_t>(took.count());
    not_before_ = std::chrono::steady_clock::now() + took * kRestPerWork;
    lock.lock();
  }
}

void ManifestFile::Write() {
  try {
    if (!is_ours_ && folder_.SizeOf(kManifestFile) > kMaxManifestBytesReadAtStart) {
      SetAsideIfForeign(folder_, clock_.NowMs());
    }
    const auto text = texts_.Current();
    if (text->file) {  // which is manifest.json
      is_ours_ = true;
      return;
    }
    if (!std::exchange(is_ours_, true) && IsThereAlready(text->json)) return;
    auto written = folder_.ReplaceFile(kManifestFile, text->json);
    // The index has it all; the next change tries again.
    if (!written) spdlog::error("manifest.json is out of date: {}", written.error().detail);
  } catch (const std::exception& error) {
    if (texts_.stopping()) {
      spdlog::info("manifest.json is left to the next start");
    } else {
      spdlog::error("manifest.json is out of date: {}", error.what());
    }
  }
}

bool ManifestFile::IsThereAlready(const std::string& json) const {
  if (folder_.SizeOf(kManifestFile) != json.size()) return false;
  const auto found = folder_.ReadFile(kManifestFile);
  return found && *found == json;
}

}  // namespace image_cache
