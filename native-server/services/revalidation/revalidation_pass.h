// One revalidation, from the first stored picture to the last. Blocks the thread that runs it.
//
// What is asked of the origin at once is bounded here; who goes first is the downloader's to say.
// `fetcher`, `store` and `downloader` outlive it, and its callbacks may outlive it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/revalidation/revalidation_plan.h"

namespace image_cache {

// checked = unchanged + updated + gone + failed. A picture that is removed meanwhile is in none.
struct RevalidationReport {
  std::size_t checked = 0;
  std::size_t unchanged = 0;
  std::size_t updated = 0;  // another content, downloaded and stored under its new name
  std::size_t gone = 0;     // the origin has it no more (404, 410), and neither has the store
  std::size_t failed = 0;   // not known; stays as it is

  friend bool operator==(const RevalidationReport&, const RevalidationReport&) = default;
};

class RevalidationPass {
 public:
  RevalidationPass(FetchService& fetcher, Store& store, Downloader& downloader,
                   const S3Addressing& addressing);

  // Of one actor, or of all for an empty id. Once.
  [[nodiscard]] RevalidationReport Run(const std::string& actor_id);
  // From another thread: Run returns soon, with what it knows by then.
  void Stop();

 private:
  struct Progress;  // shared with the callbacks

  void Check(std::vector<StoredVersion> versions);
  void Add(RevalidationPlan plan);
  void StartListings();
  void TakeFindings();
  void Ask(const StoredVersion& version);
  [[nodiscard]] std::string UrlOf(const std::string& key) const;

  FetchService& fetcher_;
  Store& store_;
  Downloader& downloader_;
  const S3Addressing& addressing_;
  const std::shared_ptr<Progress> progress_;
  std::deque<ListableFolder> folders_;  // that are still to be listed
  std::set<std::string> unlistable_;    // buckets
};

}  // namespace image_cache
