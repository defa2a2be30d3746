// A cache folder that nobody has, as the Verifier sees it: read without taking part in it. Nothing
// is made, locked or changed, so nothing can be repaired either.
//
// Owned by who verifies; thread-safe, since it never changes. When somebody takes the folder while
// it is verified, every judgement from then on is kAbandoned.
#pragma once

#include <memory>
#include <string>

#include "native-server/base/system_files.h"
#include "native-server/store/folder/adoption.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/index/sqlite_handle.h"
#include "native-server/store/store.h"
#include "native-server/store/verify/verify_subject.h"

namespace image_cache {

class FolderSubject final : public VerifySubject {
 public:
  // Without an index, what counts as entries is what a start would adopt from manifest.json.
  // Errors: kInUse, kNewerFormat, kNotFound (there is no such folder), kIo.
  [[nodiscard]] static Result<std::unique_ptr<FolderSubject>, StoreError> Open(
      const std::string& cache_dir, const S3Addressing& addressing);

  // What of manifest.json a start would not adopt.
  [[nodiscard]] const NotAdopted& not_adopted() const { return not_adopted_; }

  [[nodiscard]] FolderView folder() const override { return {.files = files_, .fd = fd_.get()}; }
  [[nodiscard]] ManifestTotals Totals() const override { return images_.manifest().Totals(); }
  [[nodiscard]] std::vector<std::string> ActorIds() const override {
    return images_.manifest().ActorIds();
  }
  [[nodiscard]] std::optional<Entry> FindByPath(const LocalPath& path) const override;
  [[nodiscard]] Entry FileOf(const Entry& entry) const override;
  [[nodiscard]] std::optional<LocalPath> PathOfFile(const LocalPath& file) const override;
  void VisitActor(std::string_view actor_id,
                  const std::function<void(const Entry&)>& visit) const override;

  // `repair` is ignored.
  [[nodiscard]] Judgement JudgeEntry(const Entry& entry, const FileVerdict& verdict,
                                     bool repair) override;
  [[nodiscard]] Judgement JudgeOrphan(const LocalPath& path, bool repair) override;
  [[nodiscard]] bool HasSmaller(const SmallerName& name) const override;
  [[nodiscard]] Judgement JudgeSmaller(const SmallerName& name, const FileVerdict& verdict,
                                       bool repair) override;
  [[nodiscard]] Judgement JudgeTemporary(const std::string& name, bool repair) override;

 private:
  explicit FolderSubject(UniqueFd fd) : fd_(std::move(fd)) {}

  [[nodiscard]] Result<void, StoreError> Load(const std::string& cache_dir,
                                              const S3Addressing& addressing);
  [[nodiscard]] Result<void, IndexError> Fill(SqliteDatabase& database);
  [[nodiscard]] Result<void, StoreError> LoadManifest(const S3Addressing& addressing);
  void Put(const Entry& entry);
  [[nodiscard]] std::optional<FileStamp> LookAtIndex() const;
  [[nodiscard]] bool IsTaken() const;

  mutable SystemFiles files_;
  const UniqueFd fd_;
  ImageIndex images_;
  NotAdopted not_adopted_;
  std::optional<FileStamp> index_file_;  // as it was read
};

}  // namespace image_cache
