#include "native-server/origin/transfer/transfer_pool.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "native-server/base/clock.h"
#include "native-server/origin/access/request_signing.h"
#include "native-server/origin/transfer/resume.h"
#include "native-server/origin/transfer/transfer_settings.h"

namespace image_cache {
namespace {

AttemptEnd Aborted() {
  return {.result = Fail(OriginError::kCancelled, "the download was cancelled")};
}

Downloader::Id IdOf(CURL* handle) {
  char* transfer = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
  return reinterpret_cast<const Transfer*>(transfer)->Job().id;
}

}  // namespace

TransferPool::TransferPool(const DownloaderOptions& options, const S3Addressing& addressing,
                           const OriginPolicy& policy, CredentialsProvider& credentials)
    : options_(options),
      addressing_(addressing),
      policy_(policy),
      credentials_(credentials),
      multi_(curl_multi_init()) {
  if (multi_ == nullptr) throw std::bad_alloc();
  watch_.Attach(multi_.get());
  // As many as may run at once, demands included.
  const long connections = 2L * std::max(options_.max_parallel, 1);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, connections);
}

void TransferPool::Begin(std::unique_ptr<Download> download, std::chrono::milliseconds time_left,
                         bool shares_connection) {
  const Downloader::Id id = download->id;
  Transfer::Manner manner{.time_left = time_left, .shares_connection = shares_connection};
  // Signed now and not when it was asked for: a signature is valid for 15 minutes only.
  manner.headers =
      SigningHeaders(download->target.url, addressing_, credentials_, SystemClock().NowMs());
  if (download->has_head) {
    for (std::string& line : ResumeHeaders(*download)) manner.headers.push_back(std::move(line));
  } else if (!download->if_none_match.empty()) {
    manner.headers.push_back("If-None-Match: " + download->if_none_match);
  }
  auto transfer = std::make_unique<Transfer>(TakeHandle(), std::move(download), manner, policy_);
  if (curl_multi_add_handle(multi_.get(), transfer->Handle()) != CURLM_OK) {
    stillborn_.push_back(id);
  }
  running_.emplace(id, std::move(transfer));
}

std::optional<EndedTransfer> TransferPool::TakeEnded() {
  while (!stillborn_.empty()) {
    const auto found = running_.find(stillborn_.back());
    stillborn_.pop_back();
    if (found == running_.end()) continue;
    return Remove(found, found->second->End(CURLE_OUT_OF_MEMORY));
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message is gone after the next call
    const auto found = running_.find(IdOf(message->easy_handle));
    if (found->second->RunAgainIfSpoilt(multi_.get(), code)) continue;
    return Remove(found, found->second->End(code));
  }
  return std::nullopt;
}

std::optional<EndedTransfer> TransferPool::Abort(Downloader::Id id) {
  const auto found = running_.find(id);
  if (found == running_.end()) return std::nullopt;
  return Remove(found, Aborted());
}

std::optional<EndedTransfer> TransferPool::AbortAny() {
  if (running_.empty()) return std::nullopt;
  return Remove(running_.begin(), Aborted());
}

CurlEasy TransferPool::TakeHandle() {
  if (idle_.empty()) {
    CurlEasy fresh(curl_easy_init());
    if (fresh == nullptr) throw std::bad_alloc();
    ApplyTransferSettings(fresh.get(), options_);
    return fresh;
  }
  CurlEasy handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

EndedTransfer TransferPool::Remove(Running::iterator position, AttemptEnd end) {
  const std::unique_ptr<Transfer> transfer = std::move(position->second);
  running_.erase(position);
  const bool used_http2 = transfer->UsedHttp2();
  const std::chrono::microseconds first_byte = transfer->FirstByte();
  curl_multi_remove_handle(multi_.get(), transfer->Handle());
  idle_.push_back(transfer->TakeHandle());
  return {.download = transfer->TakeDownload(),
          .end = std::move(end),
          .body_bytes = transfer->BodyBytes(),
          .used_http2 = used_http2,
          .first_byte = first_byte};
}

}  // namespace image_cache
