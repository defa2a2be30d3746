// One download over all its attempts: what was asked for, and how far it has come.
//
// Owned by whoever has it at the moment: the queue, the waiting room for retries, or the transfer
// that runs. Not thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "native-server/origin/access/origin_url.h"
#include "native-server/origin/downloader.h"

namespace image_cache {

// How far a download is, for who looks on from another thread.
struct DownloadProgress {
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> total_bytes = 0;  // 0: not known
};

struct Download {
  using TimePoint = std::chrono::steady_clock::time_point;

  Downloader::Id id = 0;
  Urgency urgency = Urgency::kNormal;  // while it runs, the schedule knows better
  OriginUrl target;
  std::string if_none_match = {};  // as in DownloadOrder
  std::string actor_id = {};       // as in DownloadOrder
  std::unique_ptr<DownloadSink> sink;

  int attempts_spent = 0;
  TimePoint ordered{};
  TimePoint began{};              // its first attempt
  std::string last_failure = {};  // of its latest attempt, in words

  // What the sink has been given. Once it has the head, no attempt may begin anew.
  bool has_head = false;
  std::uint64_t received_bytes = 0;
  std::shared_ptr<DownloadProgress> progress = std::make_shared<DownloadProgress>();
  // Of the object whose bytes those are: a later attempt goes on only with the same. Empty when it
  // cannot be resumed (see resume.h).
  std::string resume_etag = {};
  std::uint64_t length_bytes = 0;  // of the whole object; meaningful with resume_etag
};

}  // namespace image_cache
