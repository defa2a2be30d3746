#include "native-server/services/revalidation/revalidation_pass.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "native-server/services/revalidation/folder_listing.h"

namespace image_cache {
namespace {

// More than the downloader runs, so that it never waits for the next one.
constexpr std::size_t kMaxAsked = 64;
constexpr std::size_t kMaxListings = 8;
// So many pictures are looked at together: more would find better folders, and take more memory
// (about 30 MB).
constexpr std::size_t kMaxTogether = 100'000;

}  // namespace

struct RevalidationPass::Progress {
  std::mutex mutex;  // never held while anything outside is called
  std::condition_variable changed;
  // Guarded by mutex.
  RevalidationReport report;
  std::size_t asked = 0;     // that are not answered yet
  std::size_t listings = 0;  // that have not ended
  std::vector<std::shared_ptr<FolderListing>> ended;
  bool stopping = false;

  void Count(std::size_t RevalidationReport::*outcome, std::size_t pictures) {
    const std::lock_guard lock(mutex);
    report.*outcome += pictures;
    report.checked += pictures;
  }
  void EndAsking() {
    {
      const std::lock_guard lock(mutex);
      --asked;
    }
    changed.notify_all();
  }
  void EndListing(std::shared_ptr<FolderListing> listing) {
    {
      const std::lock_guard lock(mutex);
      --listings;
      ended.push_back(std::move(listing));
    }
    changed.notify_all();
  }
  [[nodiscard]] bool IsStopping() {
    const std::lock_guard lock(mutex);
    return stopping;
  }
  // Until the condition holds, or the pass is to stop: false then.
  template <typename Condition>
  [[nodiscard]] bool Await(Condition condition) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stopping || condition(); });
    return !stopping;
  }
};

RevalidationPass::RevalidationPass(FetchService& fetcher, Store& store, Downloader& downloader,
                                   const S3Addressing& addressing)
    : fetcher_(fetcher),
      store_(store),
      downloader_(downloader),
      addressing_(addressing),
      progress_(std::make_shared<Progress>()) {}

void RevalidationPass::Stop() {
  {
    const std::lock_guard lock(progress_->mutex);
    progress_->stopping = true;
  }
  progress_->changed.notify_all();
}

RevalidationReport RevalidationPass::Run(const std::string& actor_id) {
  std::vector<std::string> actors;
  if (actor_id.empty()) {
    for (StoreStats::Actor& actor : store_.Stats().actors) {
      actors.push_back(std::move(actor.actor_id));
    }
  } else {
    actors.push_back(actor_id);
  }
  std::vector<StoredVersion> versions;
  for (const std::string& actor : actors) {
    if (progress_->IsStopping()) break;
    store_.VisitActor(actor, [&versions](const Entry& entry) {
      versions.push_back({.key = entry.s3_url, .etag = entry.etag, .size_bytes = entry.size_bytes});
    });
    if (versions.size() >= kMaxTogether) Check(std::exchange(versions, {}));
  }
  Check(std::move(versions));
  const std::lock_guard lock(progress_->mutex);
  return progress_->report;
}

void RevalidationPass::Check(std::vector<StoredVersion> versions) {
  Add(PlanRevalidation(std::move(versions), addressing_));
  for (;;) {
    StartListings();
    {
      const std::lock_guard lock(progress_->mutex);
      if (progress_->listings == 0 && progress_->ended.empty()) break;
    }
    if (!progress_->Await([this] { return !progress_->ended.empty(); })) return;
    TakeFindings();
  }
  (void)progress_->Await([this] { return progress_->asked == 0; });
}

// Listings first: they go on while the others are asked for.
void RevalidationPass::Add(RevalidationPlan plan) {
  for (ListableFolder& folder : plan.folders) folders_.push_back(std::move(folder));
  StartListings();
  std::size_t without_etag = 0;
  for (StoredVersion& version : plan.alone) {
    if (!version.etag.empty()) {
      Ask(version);
    } else {
      ++without_etag;  // there is nothing to ask with; see IsListedVersion
    }
  }
  progress_->Count(&RevalidationReport::unchanged, without_etag);
}

void RevalidationPass::StartListings() {
  while (!folders_.empty() && !progress_->IsStopping()) {
    if (unlistable_.contains(folders_.front().bucket)) {
      std::vector<StoredVersion> versions;
      for (ListableVersion& version : folders_.front().versions) {
        versions.push_back(std::move(version.stored));
      }
      folders_.pop_front();
      Add({.folders = {}, .alone = std::move(versions)});
      continue;
    }
    {
      const std::lock_guard lock(progress_->mutex);
      if (progress_->listings >= kMaxListings) return;
      ++progress_->listings;
    }
    const auto listing = std::make_shared<FolderListing>(std::move(folders_.front()));
    folders_.pop_front();
    ListObjects(
        downloader_, listing->Order(),
        [listing, progress = progress_](const std::vector<ListedObject>& objects) {
          listing->OnPage(objects);
          return !progress->IsStopping();
        },
        [listing, progress = progress_](const Result<void, OriginError>& result) {
          listing->OnEnd(result);
          progress->EndListing(listing);
        });
  }
}

void RevalidationPass::TakeFindings() {
  std::vector<std::shared_ptr<FolderListing>> ended;
  {
    const std::lock_guard lock(progress_->mutex);
    ended.swap(progress_->ended);
  }
  for (const auto& listing : ended) {
    FolderListing::Findings findings = listing->TakeFindings();
    progress_->Count(&RevalidationReport::unchanged, findings.unchanged);
    if (!findings.bucket_is_listable) unlistable_.insert(listing->Order().bucket);
    for (const StoredVersion& version : findings.to_ask) Ask(version);
    Add(std::move(findings.unknown));
  }
}

// The way to the bucket's own region when that may be gone, else what the picture is known by.
std::string RevalidationPass::UrlOf(const std::string& key) const {
  std::string url = UrlToAsk(key, addressing_);
  return fetcher_.Admit(url) ? url : key;
}

void RevalidationPass::Ask(const StoredVersion& version) {
  const auto entry = store_.Find(version.key);
  if (!entry) return;  // removed meanwhile
  if (!progress_->Await([this] { return progress_->asked < kMaxAsked; })) return;
  {
    const std::lock_guard lock(progress_->mutex);
    ++progress_->asked;
  }
  auto done = [entry = *entry, &store = store_,
               progress = progress_](const Result<FetchedImage, FetchError>& outcome) {
    if (outcome) {
      progress->Count(
          outcome->already_cached ? &RevalidationReport::unchanged : &RevalidationReport::updated,
          1);
    } else if (store.Find(entry.s3_url) != entry) {
      // Removed or replaced meanwhile: what was asked about is not stored any more.
    } else if (outcome.error().code == FetchError::kOriginNotFound) {
      store.Remove(entry.s3_url, [progress](const Result<Removal, StoreError>& removal) {
        progress->Count(removal ? &RevalidationReport::gone : &RevalidationReport::failed, 1);
        progress->EndAsking();
      });
      return;
    } else {
      progress->Count(&RevalidationReport::failed, 1);
    }
    progress->EndAsking();
  };
  fetcher_.Fetch({.s3_url = UrlOf(version.key),
                  .actor_id = entry->actor_id,
                  .filename = entry->filename,
                  .known_etag = version.etag.empty() ? kNoEtag : version.etag},
                 std::move(done));
}

}  // namespace image_cache
