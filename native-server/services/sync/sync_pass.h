// One sync of a bucket's folder, from its listing's first page to the last picture. Blocks the
// thread that runs it.
//
// New: fetched. Changed (another ETag): fetched anew and put in the old one's place. Gone: removed,
// if the listing was whole, below the prefix only. It goes on beside people's requests and never
// takes their room: what does not fit is left out.
// `fetcher`, `store`, `downloader`, `addressing` and `clock` outlive it.
#pragma once

#include <future>
#include <memory>

#include "native-server/base/clock.h"
#include "native-server/origin/listing/bucket_reader.h"
#include "native-server/services/sync/quiet_fetches.h"
#include "native-server/services/sync/stored_below.h"
#include "native-server/services/sync/sync_report.h"

namespace image_cache {

class SyncPass {
 public:
  SyncPass(SyncOrder order, FetchService& fetcher, Store& store, Downloader& downloader,
           const S3Addressing& addressing, const Clock& clock);

  // Once.
  [[nodiscard]] SyncReport Run();
  // From another thread: Run returns soon, as if the listing had failed (kCancelled).
  void Stop();

 private:
  struct Tally;  // the report, shared with the callbacks

  void ReadListing(StoredBelow& stored);
  void OnListed(const ListedObject& listed, StoredBelow& stored);
  void Fetch(SyncAction action, const FolderObject& object, const ListedObject& listed,
             const Entry* stored);
  void RemoveGone(const StoredBelow& stored);
  [[nodiscard]] std::future<void> Remove(const std::string& key, SyncItem item);

  const SyncOrder order_;
  FetchService& fetcher_;
  Store& store_;
  const S3Addressing& addressing_;
  const Clock& clock_;
  const std::shared_ptr<Tally> tally_;
  QuietFetches fetches_;
  BucketReader reader_;
};

}  // namespace image_cache
