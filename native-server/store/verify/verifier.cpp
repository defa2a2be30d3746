#include "native-server/store/verify/verifier.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>
#include <optional>
#include <system_error>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/folder/our_name.h"

namespace image_cache {
namespace {

// What is found unreadable beyond this is only counted: a disk so sick is not mended picture by
// picture.
constexpr std::size_t kMaxUnreadable = 1000;

std::size_t HashOf(std::string_view local_path) {
  return std::hash<std::string_view>{}(local_path);
}

std::optional<FindingKind> KindOf(FileState state) {
  switch (state) {
    case FileState::kMissing:
      return FindingKind::kMissingFile;
    case FileState::kWrongSize:
      return FindingKind::kWrongSize;
    case FileState::kWrongContent:
      return FindingKind::kWrongContent;
    case FileState::kUnreadable:
      return FindingKind::kUnreadable;
    case FileState::kSound:
    case FileState::kUnknown:
    case FileState::kStopped:
      break;
  }
  return std::nullopt;
}

// What is not there, or is no folder, has no names in it.
ErrnoResult<std::vector<std::string>> List(const FolderView& folder, const std::string& name) {
  auto names = folder.files.List(folder.fd, name);
  if (!names && CacheFolder::MeansVanished(names.error())) return std::vector<std::string>();
  return names;
}

}  // namespace

void Verifier::Run() {
  try {
    Compare();
  } catch (const std::exception& error) {
    Fail(std::string("unexpected: ") + error.what());
  }
  const std::lock_guard lock(mutex_);
  report_.elapsed_ms = ElapsedMs();
  if (report_.state != VerifyReport::State::kRunning) return;
  report_.state = pace_.stopped() ? VerifyReport::State::kCancelled : VerifyReport::State::kDone;
}

void Verifier::Compare() {
  const ManifestTotals totals = subject_.Totals();
  {
    const std::lock_guard lock(mutex_);
    report_.entries_total = totals.entries;
    report_.bytes_total = totals.size_bytes;
  }
  CompareTemporaryFiles();
  auto actors = List(subject_.folder(), kImagesFolder);
  if (!actors) {
    Fail("the pictures cannot be listed: " + std::generic_category().message(actors.error()));
    return;
  }
  std::vector<std::string> indexed = subject_.ActorIds();
  std::move(indexed.begin(), indexed.end(), std::back_inserter(*actors));
  std::sort(actors->begin(), actors->end());
  actors->erase(std::unique(actors->begin(), actors->end()), actors->end());
  {
    ReaderThreads readers(options_.threads, options_.in_idle_time,
                          [this](const LocalPath& path) { CheckPicture(path, false); });
    for (const std::string& actor : *actors) {
      if (pace_.stopped()) break;
      CompareActor(actor, readers);
    }
  }  // waits for what is still being read
  CheckUnreadableAgain();
  CompareSmaller();
}

void Verifier::CompareTemporaryFiles() {
  const auto names = List(subject_.folder(), kTemporaryFolder);
  if (!names) return;
  for (const std::string& name : *names) {
    if (pace_.stopped()) return;
    Count(FindingKind::kLeftover, subject_.JudgeTemporary(name, options_.repair), name);
  }
}

void Verifier::CompareSmaller() {
  const auto actors = List(subject_.folder(), kSmallerFolder);
  if (!actors) return;
  for (const std::string& actor_id : *actors) {
    const auto names = List(subject_.folder(), SmallerFolderOf(actor_id));
    if (!names) continue;
    for (const std::string& text : *names) {
      if (pace_.stopped()) return;
      if (const auto name = SmallerName::Parse(actor_id, text)) {
        CheckSmaller(*name);
      } else {
        const std::lock_guard lock(mutex_);
        ++report_.foreign;
      }
    }
  }
}

void Verifier::CheckSmaller(const SmallerName& name) {
  const std::string example = SmallerFolderOf(name.original.actor_id()) + "/" + name.FileName();
  if (!subject_.HasSmaller(name)) {
    const auto file = LookAtSmaller(subject_.folder(), name);
    if (!file || !*file) return;
    const FileVerdict verdict{.state = FileState::kSound, .file = *file};
    Count(FindingKind::kOrphan, subject_.JudgeSmaller(name, verdict, options_.repair), example);
    return;
  }
  const FileVerdict verdict = image_cache::CheckSmaller(subject_.folder(), name, pace_);
  switch (verdict.state) {
    case FileState::kSound:
    case FileState::kMissing:  // whoever asks for it next finds that out, and it is made anew
    case FileState::kStopped:
      return;
    case FileState::kUnknown: {
      const std::lock_guard lock(mutex_);
      ++report_.unknown;
      return;
    }
    case FileState::kUnreadable: {
      const std::lock_guard lock(mutex_);
      if (!anything_was_read_) {
        ++report_.unknown;
        return;
      }
      break;
    }
    case FileState::kWrongSize:
    case FileState::kWrongContent:
      break;
  }
  Count(FindingKind::kSmaller, subject_.JudgeSmaller(name, verdict, options_.repair), example);
}

void Verifier::CompareActor(const std::string& actor_id, ReaderThreads& readers) {
  const auto names = List(subject_.folder(), std::string(kImagesFolder) + "/" + actor_id);
  if (!names) {
    // Its entries are neither checked nor found missing: what was not seen is not known to be gone.
    std::uint64_t entries = 0;
    subject_.VisitActor(actor_id, [&entries](const Entry&) { ++entries; });
    const std::lock_guard lock(mutex_);
    report_.unknown += entries;
    return;
  }
  std::vector<std::size_t> listed;
  for (const std::string& name : *names) {
    if (pace_.stopped()) return;
    auto path = LocalPath::Parse(std::string(kLocalPathPrefix) + actor_id + "/" + name);
    auto entry_path = path ? subject_.PathOfFile(*path) : std::nullopt;
    if (entry_path) {
      listed.push_back(HashOf(entry_path->text()));
      readers.Read(std::move(*entry_path));
    } else if (path && IsOurName(*path)) {
      Count(FindingKind::kOrphan, subject_.JudgeOrphan(*path, options_.repair), path->text());
    } else {
      const std::lock_guard lock(mutex_);
      ++report_.foreign;
    }
  }
  std::sort(listed.begin(), listed.end());
  FindMissing(actor_id, listed);
}

void Verifier::FindMissing(const std::string& actor_id, const std::vector<std::size_t>& listed) {
  std::vector<LocalPath> not_listed;
  subject_.VisitActor(actor_id, [&](const Entry& entry) {
    if (std::binary_search(listed.begin(), listed.end(), HashOf(entry.local_path))) return;
    if (auto path = LocalPath::Parse(entry.local_path)) not_listed.push_back(std::move(*path));
  });
  for (const LocalPath& path : not_listed) {
    if (pace_.stopped()) return;
    // It may have come since the listing, or lie in another actor's folder, where it is checked.
    const auto entry = subject_.FindByPath(path);
    if (!entry) continue;
    const auto place = LocalPath::Parse(subject_.FileOf(*entry).local_path);
    if (!place) continue;
    const auto file = LookAtFile(subject_.folder(), *place);
    if (file && !*file) JudgeEntry(*entry, {.state = FileState::kMissing, .file = std::nullopt});
  }
}

void Verifier::CheckPicture(const LocalPath& path, bool again) {
  const auto entry = subject_.FindByPath(path);
  if (!entry) return;  // removed meanwhile
  const FileVerdict verdict = CheckFile(subject_.folder(), subject_.FileOf(*entry), pace_);
  switch (verdict.state) {
    case FileState::kStopped:
      return;
    case FileState::kUnknown: {
      const std::lock_guard lock(mutex_);
      ++report_.unknown;
      return;
    }
    case FileState::kUnreadable:
      if (!again) {
        NoteUnreadable(path);
        return;
      }
      break;
    case FileState::kSound: {
      const std::lock_guard lock(mutex_);
      anything_was_read_ = true;
      CountChecked(*entry);
      return;
    }
    case FileState::kMissing:
    case FileState::kWrongSize:
    case FileState::kWrongContent:
      break;
  }
  JudgeEntry(*entry, verdict);
}

void Verifier::NoteUnreadable(const LocalPath& path) {
  const std::lock_guard lock(mutex_);
  if (unreadable_.size() < kMaxUnreadable) {
    unreadable_.push_back(path);
  } else {
    ++report_.unknown;
  }
}

void Verifier::CheckUnreadableAgain() {
  std::vector<LocalPath> paths;
  {
    const std::lock_guard lock(mutex_);
    paths.swap(unreadable_);
    if (!anything_was_read_) {
      report_.unknown += paths.size();
      return;
    }
  }
  for (const LocalPath& path : paths) CheckPicture(path, true);
}

void Verifier::JudgeEntry(const Entry& entry, const FileVerdict& verdict) {
  const auto kind = KindOf(verdict.state);
  if (!kind) return;
  Count(*kind, subject_.JudgeEntry(entry, verdict, options_.repair), entry.local_path);
  const std::lock_guard lock(mutex_);
  CountChecked(entry);
}

void Verifier::Count(FindingKind kind, Judgement judgement, const std::string& example) {
  if (judgement == Judgement::kNotSo) return;
  if (judgement == Judgement::kAbandoned) {
    Fail("another process has taken the cache folder meanwhile; run it again");
    return;
  }
  const std::lock_guard lock(mutex_);
  Findings& findings = report_.Of(kind);
  ++findings.found;
  if (judgement == Judgement::kRepaired) ++findings.repaired;
  if (findings.examples.size() < Findings::kExamples) findings.examples.push_back(example);
}

void Verifier::CountChecked(const Entry& entry) {
  ++report_.entries_checked;
  report_.bytes_checked += entry.size_bytes;
}

void Verifier::Fail(std::string why) {
  pace_.Stop();
  const std::lock_guard lock(mutex_);
  report_.state = VerifyReport::State::kFailed;
  report_.failure = std::move(why);
}

VerifyReport Verifier::Report() const {
  const std::lock_guard lock(mutex_);
  VerifyReport report = report_;
  if (report.state == VerifyReport::State::kRunning) report.elapsed_ms = ElapsedMs();
  return report;
}

void Verifier::AddNotAdopted(const NotAdopted& not_adopted, bool repaired) {
  const std::lock_guard lock(mutex_);
  Findings& findings = report_.Of(FindingKind::kNotAdopted);
  findings.found = not_adopted.count;
  findings.repaired = repaired ? not_adopted.count : 0;
  findings.examples = not_adopted.examples;
}

std::int64_t Verifier::ElapsedMs() const {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started_)
      .count();
}

}  // namespace image_cache
