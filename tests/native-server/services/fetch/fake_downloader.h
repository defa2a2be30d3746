// A downloader that downloads nothing: the test says what comes, and when. Thread-safe.
//
// Like the real one it calls a sink in order, OnDone last, and never while it holds its lock.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "native-server/origin/downloader.h"

namespace image_cache::testing {

class FakeDownloader final : public Downloader {
 public:
  struct Promotion {
    Id id;
    Urgency urgency;
    friend bool operator==(const Promotion&, const Promotion&) = default;
  };

  ~FakeDownloader() override {
    for (const Id id : Running()) Fail(id, OriginError::kCancelled);
  }

  Id Start(DownloadOrder order, std::unique_ptr<DownloadSink> sink) override {
    const std::lock_guard lock(mutex_);
    const Id id = ++last_id_;
    urls_.push_back(std::move(order.url));
    urgencies_.push_back(order.urgency);
    known_etags_.push_back(std::move(order.if_none_match));
    sinks_.emplace(id, std::move(sink));
    return id;
  }
  void Promote(Id id, Urgency urgency) override {
    const std::lock_guard lock(mutex_);
    promotions_.push_back({.id = id, .urgency = urgency});
  }
  void Cancel(Id id) override { Fail(id, OriginError::kCancelled); }
  [[nodiscard]] DownloaderStats Stats() const override { return {}; }
  [[nodiscard]] DownloadList List(std::size_t) const override { return {}; }

  // --- what the test says ---
  // The whole of a download that goes well, as far as the sink wants it.
  void Deliver(Id id, const std::string& content, const std::string& etag = "\"etag\"") {
    const std::unique_ptr<DownloadSink> sink = Take(id);
    if (!sink) return;
    const bool wanted =
        sink->OnHead({.content_length = content.size(), .etag = etag, .content_type = "x/y"}) &&
        sink->OnBytes(content);
    sink->OnDone(wanted ? Result<void, OriginError>()
                        : image_cache::Fail(OriginError::kRejectedBody, "rejected"));
  }
  // A download that comes piece by piece: the test gives its sink head and bytes, then ends it.
  [[nodiscard]] DownloadSink& SinkOf(Id id) const {
    const std::lock_guard lock(mutex_);
    return *sinks_.at(id);
  }
  void Finish(Id id) {
    if (const std::unique_ptr<DownloadSink> sink = Take(id)) sink->OnDone({});
  }
  void Fail(Id id, OriginError error, const std::string& first_bytes = "") {
    const std::unique_ptr<DownloadSink> sink = Take(id);
    if (!sink) return;
    if (!first_bytes.empty()) {
      const OriginHead head{.content_length = std::nullopt, .etag = {}, .content_type = {}};
      if (sink->OnHead(head)) (void)sink->OnBytes(first_bytes);
    }
    sink->OnDone(image_cache::Fail(error, "the test's failure"));
  }

  // --- what the test asks ---
  [[nodiscard]] std::vector<std::string> urls() const {
    const std::lock_guard lock(mutex_);
    return urls_;
  }
  [[nodiscard]] std::vector<Urgency> urgencies() const {
    const std::lock_guard lock(mutex_);
    return urgencies_;
  }
  [[nodiscard]] std::vector<std::string> known_etags() const {
    const std::lock_guard lock(mutex_);
    return known_etags_;
  }
  [[nodiscard]] std::vector<Promotion> promotions() const {
    const std::lock_guard lock(mutex_);
    return promotions_;
  }
  [[nodiscard]] std::vector<Id> Running() const {
    const std::lock_guard lock(mutex_);
    std::vector<Id> ids;
    for (const auto& [id, sink] : sinks_) ids.push_back(id);
    return ids;
  }

 private:
  std::unique_ptr<DownloadSink> Take(Id id) {
    const std::lock_guard lock(mutex_);
    auto node = sinks_.extract(id);
    return node.empty() ? nullptr : std::move(node.mapped());
  }

  mutable std::mutex mutex_;
  Id last_id_ = 0;
  std::map<Id, std::unique_ptr<DownloadSink>> sinks_;
  std::vector<std::string> urls_;
  std::vector<Urgency> urgencies_;
  std::vector<std::string> known_etags_;
  std::vector<Promotion> promotions_;
};

}  // namespace image_cache::testing
