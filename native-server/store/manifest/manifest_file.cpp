#include "native-server/store/manifest/manifest_file.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "native-server/store/folder/adoption.h"

namespace image_cache {

ManifestFile::ManifestFile(CacheFolder& folder, ManifestTexts& texts, Clock& clock,
                           ManifestFileTiming timing)
    : folder_(folder), texts_(texts), clock_(clock), timing_(timing), thread_([this] { Run(); }) {}

ManifestFile::~ManifestFile() {
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
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || first_change_; });
    while (!stopping_) {
      const Time due = std::min(last_change_ + timing_.quiet, *first_change_ + timing_.longest);
      if (std::chrono::steady_clock::now() >= due) break;
      changed_.wait_until(lock, due);
    }
    if (!first_change_) return;
    first_change_.reset();  // before writing: a change meanwhile is one more
    lock.unlock();
    Write();
    lock.lock();
  }
}

void ManifestFile::Write() {
  try {
    const auto text = texts_.Current();
    if (!std::exchange(is_ours_, true) && IsThereAlready(text->json)) return;
    auto written = folder_.ReplaceFile(kManifestFile, text->json);
    // The index has it all; the next change tries again.
    if (!written) spdlog::error("manifest.json is out of date: {}", written.error().detail);
  } catch (const std::exception& error) {
    spdlog::error("manifest.json is out of date: {}", error.what());
  }
}

bool ManifestFile::IsThereAlready(const std::string& json) {
  if (const auto found = folder_.ReadFile(kManifestFile); found && *found == json) return true;
  if (folder_.SizeOf(kManifestFile) > kMaxManifestBytesReadAtStart) {
    SetAsideIfBroken(folder_, clock_.NowMs());
  }
  return false;
}

}  // namespace image_cache
