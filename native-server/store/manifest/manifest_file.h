// manifest.json, kept current: rewritten soon after a change, in one step, so that it is always
// whole.
//
// Owned by the DiskStore; thread-safe. A thread of its own writes when nothing has changed for
// `quiet`, or when the file is `longest` old in the middle of many changes.
#pragma once

#include <chrono>
#include <condition_variable>
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
  ~ManifestFile();  // writes what is not written yet

  void NoteChange();

 private:
  using Time = std::chrono::steady_clock::time_point;

  void Run();
  void Write();
  // Judges the file that the start has found, which may be somebody else's: true when it says this
  // already. A broken one is set aside rather than replaced.
  [[nodiscard]] bool IsThereAlready(const std::string& json);

  CacheFolder& folder_;
  ManifestTexts& texts_;
  Clock& clock_;
  const ManifestFileTiming timing_;
  bool is_ours_ = false;  // the thread's: the file was written, or judged, by this run

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Time> first_change_;  // guarded by mutex_; nothing when the file is current
  Time last_change_;                  // guarded by mutex_
  bool stopping_ = false;             // guarded by mutex_
  std::thread thread_;                // last: it uses all of the above
};

}  // namespace image_cache
