#include "native-server/services/prefetch_service.h"

#include <sys/random.h>

#include <array>
#include <atomic>
#include <boost/nowide/utf/utf.hpp>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "shared/keys/url.h"

namespace image_cache {
namespace {

Urgency UrgencyOf(PrefetchPriority priority) {
  switch (priority) {
    case PrefetchPriority::kHigh:
      return Urgency::kHigh;
    case PrefetchPriority::kNormal:
      return Urgency::kNormal;
    case PrefetchPriority::kLow:
      return Urgency::kLow;
  }
  return Urgency::kNormal;
}

// A name for people, in JSON: UTF-8 and no control characters.
bool IsReadable(std::string_view name) {
  using Utf8 = boost::nowide::utf::utf_traits<char>;
  for (auto position = name.begin(); position != name.end();) {
    const auto code_point = Utf8::decode(position, name.end());
    if (!boost::nowide::utf::is_valid_codepoint(code_point)) return false;
    if (code_point < 0x20 || code_point == 0x7f) return false;
  }
  return true;
}

std::string NameFromUrl(const std::string& s3_url) {
  const auto parts = SplitUrl(s3_url);
  if (!parts) return {};
  const std::string_view segment = parts->path.substr(parts->path.rfind('/') + 1);
  std::string decoded = PercentDecode(segment);
  return IsReadable(decoded) ? decoded : std::string(segment);
}

std::string MakeJobId() {
  std::array<unsigned char, 8> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string id;
  for (const unsigned char byte : random) {
    std::array<char, 3> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%02x", unsigned{byte});
    id += digits.data();
  }
  return id;
}

// One order under way. Each image is written by the one callback of its key, and the report is
// given away by the last of them: the counter orders the rest.
struct Running {
  PrefetchReport report;
  std::function<void(PrefetchReport)> done;
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::size_t> unfinished{0};

  void FinishOne() {
    if (unfinished.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    report.bytes = bytes.load(std::memory_order_relaxed);
    done(std::move(report));
  }
};

// The images of an order that are one object.
struct Group {
  std::string key;
  std::vector<std::size_t> positions;  // in the order; never empty
};

struct Admitted {
  std::vector<Group> groups;  // in the order of their first image
  std::vector<std::pair<std::size_t, Error<FetchError>>> refused;
};

Admitted AdmitAll(const FetchService& fetcher, const PrefetchOrder& order) {
  Admitted admitted;
  std::unordered_map<std::string, std::size_t> group_of_key;
  for (std::size_t i = 0; i < order.images.size(); ++i) {
    auto key = fetcher.Admit(order.images[i].s3_url);
    if (!key) {
      admitted.refused.emplace_back(i, key.error());
      continue;
    }
    const auto [found, is_new] = group_of_key.try_emplace(*key, admitted.groups.size());
    if (is_new) admitted.groups.push_back({.key = *key, .positions = {}});
    admitted.groups[found->second].positions.push_back(i);
  }
  return admitted;
}

void RunAdmitted(FetchService& fetcher, PrefetchOrder order, Admitted admitted,
                 std::function<void(PrefetchReport)> done) {
  auto running = std::make_shared<Running>();
  running->done = std::move(done);
  running->report.actor_id = order.actor_id;
  for (const PrefetchOrder::Image& image : order.images) {
    running->report.items.push_back(
        {.s3_url = image.s3_url, .outcome = Fail(FetchError::kCancelled, "not fetched")});
  }
  for (auto& [position, error] : admitted.refused) {
    running->report.items[position].outcome = tl::make_unexpected(std::move(error));
  }
  // One more, for this loop: it must not be overtaken by the last callback.
  running->unfinished = admitted.groups.size() + 1;
  for (Group& group : admitted.groups) {
    PrefetchOrder::Image& image = order.images[group.positions.front()];
    if (image.filename.empty()) image.filename = NameFromUrl(image.s3_url);
    FetchRequest request{.s3_url = std::move(image.s3_url),
                         .actor_id = order.actor_id,
                         .filename = std::move(image.filename),
                         .urgency = UrgencyOf(order.priority)};
    auto finish = [running, positions = std::move(group.positions)](
                      const Result<FetchedImage, FetchError>& outcome) {
      for (const std::size_t position : positions) {
        running->report.items[position].outcome = outcome;
      }
      if (outcome && !outcome->already_cached) running->bytes += outcome->entry.size_bytes;
      running->FinishOne();
    };
    fetcher.FetchAdmitted(std::move(group.key), std::move(request), std::move(finish));
  }
  running->FinishOne();
}

}  // namespace

void PrefetchService::Run(PrefetchOrder order, std::function<void(PrefetchReport)> done) {
  Admitted admitted = AdmitAll(fetcher_, order);
  RunAdmitted(fetcher_, std::move(order), std::move(admitted), std::move(done));
}

PrefetchJob PrefetchService::Start(PrefetchOrder order) {
  Admitted admitted = AdmitAll(fetcher_, order);
  PrefetchJob job{.job_id = MakeJobId(),
                  .accepted = order.images.size() - admitted.refused.size(),
                  .rejected = {}};
  for (const auto& [position, error] : admitted.refused) {
    job.rejected.push_back(
        {.s3_url = order.images[position].s3_url, .outcome = tl::make_unexpected(error)});
  }
  RunAdmitted(fetcher_, std::move(order), std::move(admitted), [](const PrefetchReport&) {});
  return job;
}

}  // namespace image_cache
