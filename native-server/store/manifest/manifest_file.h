// manifest.json, kept current: rewritten soon after a change, in one step, so that it is always
// whole.
//
// Owned by the DiskStore; thread-safe. A thread of its own, of the lowest priority, writes when
// nothing has changed for `quiet`, or when the file is `longest` old in the middle of many changes;
// but never more than one twentieth of the time, whatever the file's size.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "native-server/base/clock.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/manifest/manifest_text.h"

namespace image_cache {

struct ManifestFileTiming {
  std::chrono::milliseconds quiet{200};
  std::chrono::milliseconds longest{800};  // and the time to write it: about a second in all
};

class ManifestFile {
 public:
  ManifestFile(CacheFolder& folder, ManifestTexts& texts, Clock& clock,
               ManifestFileTiming timing = {});
  // Writes what is not written yet, if it is small. A large manifest is left to the next start.
  ~ManifestFile();

  void NoteChange();
  // Processor time of the last rewriting.
  [[nodiscard]] std::uint64_t last_cpu_us() const { return last_cpu_us_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  void Run();
  void Write();
  // The file that the start has found says this already.
  [[nodiscard]] bool IsThereAlready(const std::string& json) const;

  CacheFolder& folder_;
  ManifestTexts& texts_;
  Clock& clock_;
  const ManifestFileTiming timing_;
  std::atomic<std::uint64_t> last_cpu_us_{0};
  Time not_before_;       // the thread's: when it may write again
  bool is_ours_ = false;  // the thread's: the file was written, or judged, by this run

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Time> first_change_;  // guarded by mutex_; nothing when the file is current
  Time last_change_;                  // guarded by mutex_
  bool stopping_ = false;             // guarded by mutex_
  std::thread thread_;                // last: it uses all of the above
};

}  // namespace image_cache
