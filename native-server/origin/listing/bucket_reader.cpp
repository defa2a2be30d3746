#include "native-server/origin/listing/bucket_reader.h"

#include <bit>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "native-server/origin/listing/page_request.h"

namespace image_cache {

struct BucketReader::Page {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Result<ListPage, OriginError>> come;  // guarded by mutex
  bool stopping = false;                              // guarded by mutex
};

BucketReader::BucketReader(Downloader& downloader, ListingOrder order)
    : downloader_(downloader), order_(std::move(order)), page_(std::make_shared<Page>()) {
  Ask({});
}

BucketReader::~BucketReader() = default;

void BucketReader::Ask(std::string token) {
  ++pages_;
  AskForPage(downloader_,
             {.bucket = order_.bucket,
              .prefix = order_.prefix,
              .token = std::move(token),
              .urgency = order_.urgency},
             [page = page_](Result<ListPage, OriginError> come) {
               {
                 const std::lock_guard lock(page->mutex);
                 page->come = std::move(come);
               }
               page->changed.notify_all();
             });
}

Result<std::vector<ListedObject>, OriginError> BucketReader::Next() {
  if (at_end_) return std::vector<ListedObject>();
  std::optional<Result<ListPage, OriginError>> come;
  {
    std::unique_lock lock(page_->mutex);
    page_->changed.wait(lock, [this] { return page_->stopping || page_->come; });
    if (page_->stopping) return Fail(OriginError::kCancelled, "the listing was stopped");
    come = std::exchange(page_->come, std::nullopt);
  }
  at_end_ = !*come || (*come)->next_token.empty();
  if (!*come) return tl::make_unexpected(std::move(come->error()));
  if (!at_end_) {
    if (pages_ == order_.max_pages) {
      at_end_ = true;
      return Fail(OriginError::kUnexpected, "the origin's listing has too many pages");
    }
    // A token that was given before leads round in a circle. The one to compare with moves on at
    // powers of two (R. P. Brent, "An improved Monte Carlo factorization algorithm", 1980), and so
    // finds circles of any length.
    std::string& token = (*come)->next_token;
    if (token == marked_token_) {
      at_end_ = true;
      return Fail(OriginError::kUnexpected, "the origin's listing goes round in a circle");
    }
    if (std::has_single_bit(pages_)) marked_token_ = token;
    Ask(std::move(token));
  }
  // A page may be empty and not the last: "none" is to mean the end.
  if ((*come)->objects.empty() && !at_end_) return Next();
  return std::move((*come)->objects);
}

void BucketReader::Stop() {
  {
    const std::lock_guard lock(page_->mutex);
    page_->stopping = true;
  }
  page_->changed.notify_all();
}

}  // namespace image_cache
