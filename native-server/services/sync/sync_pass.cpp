#include "native-server/services/sync/sync_pass.h"

#include <future>
#include <mutex>
#include <utility>

#include "native-server/services/picture_name.h"
#include "native-server/services/revalidation/folder_listing.h"
#include "shared/keys/cache_key.h"

namespace image_cache {
namespace {

// The store's writer commits what has gathered at once.
constexpr std::size_t kRemovedTogether = 256;

void Await(std::vector<std::future<void>>& all) {
  for (const std::future<void>& one : all) one.wait();
  all.clear();
}

}  // namespace

struct SyncPass::Tally {
  std::mutex mutex;
  SyncReport report;  // guarded by mutex
  bool names_items = true;

  void Count(std::size_t SyncReport::*counter) {
    const std::lock_guard lock(mutex);
    ++(report.*counter);
  }
  void Note(std::size_t SyncReport::*counter, SyncItem item, std::uint64_t bytes = 0) {
    const std::lock_guard lock(mutex);
    ++(report.*counter);
    report.bytes += bytes;
    if (!names_items) return;
    if (report.items.size() < SyncReport::kMaxItems) {
      report.items.push_back(std::move(item));
    } else {
      ++report.unnamed_items;
    }
  }
};

SyncPass::SyncPass(SyncOrder order, FetchService& fetcher, Store& store, Downloader& downloader,
                   const S3Addressing& addressing, const Clock& clock)
    : order_(std::move(order)),
      fetcher_(fetcher),
      store_(store),
      addressing_(addressing),
      clock_(clock),
      tally_(std::make_shared<Tally>()),
      fetches_(fetcher),
      reader_(downloader, {.bucket = order_.folder.bucket,
                           .prefix = order_.folder.prefix,
                           .urgency = Urgency::kLow}) {
  tally_->names_items = order_.names_items;
  tally_->report.folder_url = order_.folder.Url();
  tally_->report.actor_id = order_.folder.actor_id;
  tally_->report.dry_run = order_.dry_run;
}

void SyncPass::Stop() {
  reader_.Stop();
  fetches_.Stop();
}

SyncReport SyncPass::Run() {
  const auto begun = clock_.Monotonic();
  tally_->report.started_ms = clock_.NowMs();
  StoredBelow stored(store_, order_.folder, addressing_);
  ReadListing(stored);
  fetches_.Finish();
  if (tally_->report.IsComplete() && !order_.only_new) RemoveGone(stored);
  tally_->report.elapsed_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Monotonic() - begun).count();
  return std::move(tally_->report);
}

void SyncPass::ReadListing(StoredBelow& stored) {
  for (;;) {
    const auto page = reader_.Next();
    if (!page) {
      const std::lock_guard lock(tally_->mutex);
      tally_->report.failure = ToFetchError(page.error());
      return;
    }
    if (page->empty()) return;
    for (const ListedObject& listed : *page) OnListed(listed, stored);
  }
}

void SyncPass::OnListed(const ListedObject& listed, StoredBelow& stored) {
  tally_->Count(&SyncReport::listed);
  const FolderObject object =
      DescribeObject(order_.folder, listed.key, store_.contents().takes_svg);
  // Whatever its name is, a picture that somebody had cached is still there.
  const auto key = MakeCacheKey(ListedObjectUrl(order_.folder.bucket, listed.key), addressing_);
  if (key) {
    stored.NoteListed(*key);
    if (const auto entry = store_.Find(*key)) {
      if (order_.only_new ||
          IsListedVersion({.key = {}, .etag = entry->etag, .size_bytes = entry->size_bytes},
                          listed)) {
        tally_->Count(&SyncReport::unchanged);
      } else {
        Fetch(SyncAction::kChanged, object, listed, &*entry);
      }
      return;
    }
  }
  if (object.kind == FolderObject::Kind::kOther) {
    tally_->Count(&SyncReport::others);
  } else if (object.kind == FolderObject::Kind::kNoActor) {
    tally_->Count(&SyncReport::no_actor);
  } else {
    Fetch(SyncAction::kNew, object, listed, nullptr);
  }
}

void SyncPass::Fetch(SyncAction action, const FolderObject& object, const ListedObject& listed,
                     const Entry* stored) {
  const auto counter = action == SyncAction::kNew ? &SyncReport::added : &SyncReport::changed;
  SyncItem item{.action = action,
                .s3_url = ListedObjectUrl(order_.folder.bucket, listed.key),
                .size_bytes = listed.size_bytes};
  if (order_.dry_run) {
    tally_->Note(counter, std::move(item), listed.size_bytes);
    return;
  }
  FetchRequest request{.s3_url = item.s3_url,
                       .actor_id = stored != nullptr ? stored->actor_id : object.actor_id,
                       .filename = stored != nullptr ? stored->filename : NameFromUrl(item.s3_url)};
  // Without an ETag of its own it is told apart from any.
  if (stored != nullptr) request.known_etag = stored->etag.empty() ? kNoEtag : stored->etag;
  auto done = [tally = tally_, counter, item](const Result<FetchedImage, FetchError>& outcome) {
    SyncItem ended = item;
    if (outcome && outcome->already_cached) {
      tally->Count(&SyncReport::unchanged);  // somebody else has fetched it meanwhile
    } else if (outcome) {
      tally->Note(counter, std::move(ended), outcome->entry.size_bytes);
    } else if (outcome.error().code == FetchError::kNoSpace) {
      ended.action = SyncAction::kLeftOut;
      tally->Note(&SyncReport::left_out, std::move(ended));
    } else {
      ended.action = SyncAction::kFailed;
      ended.failure = outcome.error();
      tally->Note(&SyncReport::failed, std::move(ended));
    }
  };
  if (!fetches_.Add(std::move(request), std::move(done))) {
    item.action = SyncAction::kLeftOut;
    tally_->Note(&SyncReport::left_out, std::move(item));
  }
}

void SyncPass::RemoveGone(const StoredBelow& stored) {
  const std::vector<Entry> gone = stored.NotListed();
  const bool keep = !order_.removes_many && GuardsRemovals(gone.size(), stored.size());
  std::vector<std::future<void>> removing;
  for (const Entry& entry : gone) {
    SyncItem item{.action = SyncAction::kGone,
                  .s3_url = UrlToAsk(entry.s3_url, addressing_),
                  .size_bytes = entry.size_bytes};
    if (keep) {
      item.action = SyncAction::kKept;
      tally_->Note(&SyncReport::kept, std::move(item));
    } else if (order_.dry_run) {
      tally_->Note(&SyncReport::gone, std::move(item));
    } else if (store_.Find(entry.s3_url) == entry) {  // else it was replaced meanwhile
      removing.push_back(Remove(entry.s3_url, std::move(item)));
    }
    if (removing.size() == kRemovedTogether) Await(removing);
  }
  Await(removing);
}

std::future<void> SyncPass::Remove(const std::string& key, SyncItem item) {
  fetcher_.Forget(key);
  const auto ended = std::make_shared<std::promise<void>>();
  store_.Remove(key, [tally = tally_, ended,
                      item = std::move(item)](const Result<Removal, StoreError>& removal) mutable {
    if (removal) {
      tally->Note(&SyncReport::gone, std::move(item));
    } else {
      item.action = SyncAction::kFailed;
      item.failure = ToFetchError(removal.error());
      tally->Note(&SyncReport::failed, std::move(item));
    }
    ended->set_value();
  });
  return ended->get_future();
}

}  // namespace image_cache
