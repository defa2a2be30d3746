#include "native-server/services/monitoring/recent_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "native-server/base/logging.h"
#include "native-server/store/health/sickness.h"

namespace image_cache {
namespace {

bool IsWorthTelling(FetchError code) {
  switch (code) {
    case FetchError::kCancelled:
    case FetchError::kNotModified:
    case FetchError::kInvalidUrl:  // whoever sent it was told
      return false;
    default:
      return true;
  }
}

// As much as is told, in printable ASCII: it was sent by a client, and goes into JSON.
std::string Readable(std::string_view text) {
  std::string readable;
  for (const char c : text.substr(0, RecentErrors::kMaxTextBytes)) {
    if (c >= ' ' && c < '\x7f') {
      readable.push_back(c);
    } else {
      readable += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  readable.resize(std::min(readable.size(), RecentErrors::kMaxTextBytes));
  return readable;
}

// "https://host:port/" of a URL.
std::string_view HostOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  return url.substr(0, std::min(url.find('/', host), url.size()));
}

FetchError CodeOf(Sickness sickness) {
  switch (sickness) {
    case Sickness::kFull:
      return FetchError::kNoSpace;
    case Sickness::kReadOnly:
      return FetchError::kStoreReadOnly;
    default:
      return FetchError::kStoreFailed;
  }
}

}  // namespace

void RecentErrors::Note(const Error<FetchError>& error, std::string_view s3_url) {
  if (!IsWorthTelling(error.code)) return;
  const std::string url = LoggableUrl(s3_url);
  const bool is_refused = error.code == FetchError::kOriginNotAllowed;
  const std::lock_guard lock(mutex_);
  Add({.at_ms = clock_.NowMs(),
       .code = error.code,
       .detail = Readable(error.detail),
       .s3_url = Readable(is_refused ? HostOf(url) : url),
       .count = 1});
}

void RecentErrors::NoteHealth(const StoreHealthReport& report) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < kSicknesses; ++i) {
    const std::uint64_t before = disk_errors_.at(i);
    // Of two that report at once the older may come last.
    if (report.errors.at(i) <= before) continue;
    disk_errors_.at(i) = report.errors.at(i);
    const auto sickness = static_cast<Sickness>(i);
    Add({.at_ms = clock_.NowMs(),
         .code = CodeOf(sickness),
         .detail = std::string(Describe(sickness)),
         .s3_url = {},
         .count = report.errors.at(i) - before});
  }
}

void RecentErrors::Add(RecentError error) {
  total_ += error.count;
  const auto same = std::find_if(errors_.begin(), errors_.end(), [&error](const RecentError& one) {
    return one.code == error.code && one.s3_url == error.s3_url && one.detail == error.detail;
  });
  if (same != errors_.end()) {
    error.count += same->count;
    errors_.erase(same);
  }
  errors_.push_front(std::move(error));
  if (errors_.size() > kMaxKinds) errors_.pop_back();
}

std::vector<RecentError> RecentErrors::Read() const {
  const std::lock_guard lock(mutex_);
  return {errors_.begin(), errors_.end()};
}

std::uint64_t RecentErrors::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace image_cache
