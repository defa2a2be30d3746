// What is verified: a cache folder and the entries that say what should be in it.
//
// The seam between the comparison (Verifier) and whose folder it is: of a store that works
// meanwhile (StoreSubject), or one that nobody has (FolderSubject). Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/store/verify/file_check.h"
#include "shared/manifest/manifest.h"
#include "shared/paths/local_path.h"

namespace image_cache {

// Whether something that was found is still so, looked at again where nothing can change between.
enum class Judgement {
  kNotSo,      // the entry or the file has changed or gone meanwhile: nothing was found
  kConfirmed,  // it is so, and was left as it is
  kRepaired,   // it was so
  kAbandoned,  // the folder has another owner now: nothing more can be said about it
};

class VerifySubject {
 public:
  virtual ~VerifySubject() = default;

  [[nodiscard]] virtual FolderView folder() const = 0;
  [[nodiscard]] virtual ManifestTotals Totals() const = 0;
  [[nodiscard]] virtual std::vector<std::string> ActorIds() const = 0;
  [[nodiscard]] virtual std::optional<Entry> FindByPath(const LocalPath& path) const = 0;
  // The entry as its file is to be: what lies compressed has another name, size and hash.
  [[nodiscard]] virtual Entry FileOf(const Entry& entry) const = 0;
  // The local path of the entry whose bytes are to be in this file.
  [[nodiscard]] virtual std::optional<LocalPath> PathOfFile(const LocalPath& file) const = 0;
  // REQUIRES: `visit` is quick.
  virtual void VisitActor(std::string_view actor_id,
                          const std::function<void(const Entry&)>& visit) const = 0;

  // `entry` and `verdict.file` do not go together. Repairing drops the entry, so that the picture
  // is fetched again, and its file.
  [[nodiscard]] virtual Judgement JudgeEntry(const Entry& entry, const FileVerdict& verdict,
                                             bool repair) = 0;
  // A file with a name as this program gives it, which no entry names. Repairing removes it.
  [[nodiscard]] virtual Judgement JudgeOrphan(const LocalPath& path, bool repair) = 0;
  // Whether this file is a smaller picture that is kept.
  [[nodiscard]] virtual bool HasSmaller(const SmallerName& name) const = 0;
  // A file of the smaller pictures that HasSmaller denies (kSound), or whose content is not what
  // its name says. Repairing removes it: it is made anew when somebody asks for it.
  [[nodiscard]] virtual Judgement JudgeSmaller(const SmallerName& name, const FileVerdict& verdict,
                                               bool repair) = 0;
  // A file in the temporary folder. Repairing removes it.
  [[nodiscard]] virtual Judgement JudgeTemporary(const std::string& name, bool repair) = 0;
};

}  // namespace image_cache
