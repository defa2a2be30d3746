// A store that works while it is verified, as the Verifier sees it.
//
// Owned by the DiskStore; thread-safe. What was found is looked at again with the index writer's
// lock held when there is something to repair: a publication moves its file and commits its entry
// under that lock, so a file without an entry is then an orphan and not one that is about to get
// its entry.
#pragma once

#include <string>

#include "native-server/store/folder/cache_home.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/index/index_writer.h"
#include "native-server/store/smaller/smaller_pictures.h"
#include "native-server/store/verify/verify_subject.h"

namespace image_cache {

class StoreSubject final : public VerifySubject {
 public:
  StoreSubject(CacheHome& home, const SharedIndex& index, IndexWriter& writer,
               SmallerPictures& smaller);

  [[nodiscard]] FolderView folder() const override {
    return {.files = home_.folder().files(), .fd = home_.folder().fd()};
  }
  [[nodiscard]] ManifestTotals Totals() const override;
  [[nodiscard]] std::vector<std::string> ActorIds() const override;
  [[nodiscard]] std::optional<Entry> FindByPath(const LocalPath& path) const override;
  [[nodiscard]] Entry FileOf(const Entry& entry) const override;
  [[nodiscard]] std::optional<LocalPath> PathOfFile(const LocalPath& file) const override;
  void VisitActor(std::string_view actor_id,
                  const std::function<void(const Entry&)>& visit) const override;

  [[nodiscard]] Judgement JudgeEntry(const Entry& entry, const FileVerdict& verdict,
                                     bool repair) override;
  [[nodiscard]] Judgement JudgeOrphan(const LocalPath& path, bool repair) override;
  [[nodiscard]] bool HasSmaller(const SmallerName& name) const override {
    return smaller_.Has(name);
  }
  [[nodiscard]] Judgement JudgeSmaller(const SmallerName& name, const FileVerdict& verdict,
                                       bool repair) override;
  [[nodiscard]] Judgement JudgeTemporary(const std::string& name, bool repair) override;

 private:
  CacheHome& home_;
  const SharedIndex& index_;
  IndexWriter& writer_;
  SmallerPictures& smaller_;
  const std::int64_t made_ns_;  // the file system's time when this run of the store began
};

}  // namespace image_cache
