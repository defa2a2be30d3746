// The transfers that run: libcurl's multi handle, its connections, and the handles kept for reuse.
//
// Owned by the downloader and used on its thread only, but for Wake.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "native-server/origin/schedule/download.h"
#include "native-server/origin/transfer/curl_handles.h"
#include "native-server/origin/transfer/socket_watch.h"
#include "native-server/origin/transfer/transfer.h"

namespace image_cache {

struct EndedTransfer {
  std::unique_ptr<Download> download;
  AttemptEnd end;
  std::uint64_t body_bytes = 0;  // of the object, in this attempt
  bool used_http2 = false;
  std::chrono::microseconds first_byte{0};  // 0: there was none
};

class TransferPool {
 public:
  // What is given by reference outlives the pool.
  TransferPool(const DownloaderOptions& options, const S3Addressing& addressing,
               const OriginPolicy& policy, CredentialsProvider& credentials);

  // Signs it and sets it off. `time_left` of its total timeout, over zero.
  void Begin(std::unique_ptr<Download> download, std::chrono::milliseconds time_left,
             bool shares_connection);
  // Moves bytes of one transfer, or of a few; calls its sink. False: there is nothing to move now.
  bool PerformNext() { return watch_.ActOnNext(); }
  // The next one that has ended by itself; nothing when there is none.
  [[nodiscard]] std::optional<EndedTransfer> TakeEnded();
  // Breaks one off; nothing when it does not run.
  [[nodiscard]] std::optional<EndedTransfer> Abort(Downloader::Id id);
  [[nodiscard]] std::optional<EndedTransfer> AbortAny();

  // Until there is something to move, Wake is called, or the time is over.
  void Sleep(std::chrono::milliseconds at_most) { watch_.Sleep(at_most); }
  void Wake() { watch_.Wake(); }  // thread-safe

 private:
  using Running = std::unordered_map<Downloader::Id, std::unique_ptr<Transfer>>;

  [[nodiscard]] CurlEasy TakeHandle();
  [[nodiscard]] EndedTransfer Remove(Running::iterator position, AttemptEnd end);

  const DownloaderOptions& options_;
  const S3Addressing& addressing_;
  const OriginPolicy& policy_;
  CredentialsProvider& credentials_;

  SocketWatch watch_;           // libcurl uses it to its end
  CurlMulti multi_;             // goes last: easy handles must have left it before
  std::vector<CurlEasy> idle_;  // kept for reuse; never more than ran at once
  Running running_;
  // Of those that could not begin. They end when the loop asks for ends, as all others do.
  std::vector<Downloader::Id> stillborn_;
};

}  // namespace image_cache
