// Compares entries and files: entries without files, files without entries, wrong sizes, wrong
// hashes, leftovers in the temporary folder, smaller pictures.
//
// One pass, walking the folder: names are listed and compared by the thread that calls Run, files
// are read by a few more. What is found counts only when the subject confirms it, so the store may
// change all the while. Owned by who runs it; Report and Cancel are for any thread.
//
// A file whose reading fails with EIO is read again at the end of the pass. It is broken when that
// fails too and some other file could be read meanwhile; a disk that gives nothing at all says
// nothing about a single picture. Any other failure (no descriptor left, no permission) never drops
// an entry: it is counted as unknown.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "native-server/store/folder/adoption.h"
#include "native-server/store/verify/read_pace.h"
#include "native-server/store/verify/reader_threads.h"
#include "native-server/store/verify/verify_report.h"
#include "native-server/store/verify/verify_subject.h"

namespace image_cache {

struct VerifyOptions {
  bool repair = false;
  std::uint64_t bytes_per_second = 0;  // 0: as fast as the disk gives them
  unsigned threads = 2;                // that read
  bool in_idle_time = false;           // the threads' priority is the lowest, also of the disk
};

class Verifier {
 public:
  Verifier(VerifySubject& subject, VerifyOptions options)
      : subject_(subject), options_(options), pace_(options.bytes_per_second) {
    report_.repair = options.repair;  // it is read before the pass has begun
  }

  // Called once. Returns when the pass is over or cancelled.
  void Run();

  void Cancel() { pace_.Stop(); }
  [[nodiscard]] VerifyReport Report() const;
  // Adds what was found before the pass; call it before Run.
  void AddNotAdopted(const NotAdopted& not_adopted, bool repaired);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void Compare();
  void CompareTemporaryFiles();
  // After the pictures: whether the disk gives anything is known by then.
  void CompareSmaller();
  void CheckSmaller(const SmallerName& name);
  void CompareActor(const std::string& actor_id, ReaderThreads& readers);
  // Entries of the actor whose file was not listed. `listed`: sorted hashes of local paths.
  void FindMissing(const std::string& actor_id, const std::vector<std::size_t>& listed);
  void CheckPicture(const LocalPath& path, bool again);
  void NoteUnreadable(const LocalPath& path);
  void CheckUnreadableAgain();
  void JudgeEntry(const Entry& entry, const FileVerdict& verdict);

  void Count(FindingKind kind, Judgement judgement, const std::string& example);
  void CountChecked(const Entry& entry);  // REQUIRES: mutex_ is held; so it is for ElapsedMs
  [[nodiscard]] std::int64_t ElapsedMs() const;
  void Fail(std::string why);

  VerifySubject& subject_;
  const VerifyOptions options_;
  ReadPace pace_;

  const Time started_ = std::chrono::steady_clock::now();

  mutable std::mutex mutex_;
  VerifyReport report_;                // guarded by mutex_
  std::vector<LocalPath> unreadable_;  // guarded by mutex_; kMaxUnreadable at most
  bool anything_was_read_ = false;     // guarded by mutex_
};

}  // namespace image_cache
