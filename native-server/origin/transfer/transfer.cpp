#include "native-server/origin/transfer/transfer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <new>
#include <utility>

#include "native-server/origin/transfer/answer_headers.h"
#include "native-server/origin/transfer/origin_failure.h"
#include "native-server/origin/transfer/resume.h"
#include "native-server/origin/transfer/transfer_settings.h"

namespace image_cache {
namespace {

constexpr long kStatusOk = 200;
constexpr long kStatusPartial = 206;
constexpr long kStatusNotModified = 304;
constexpr long kStatusPreconditionFailed = 412;
constexpr long kStatusRangeNotSatisfiable = 416;
constexpr long kStatusTooManyRequests = 429;
constexpr long kStatusUnavailable = 503;
constexpr std::size_t kMaxHeadBytes = 64 * 1024;
constexpr std::size_t kMaxErrorBodyBytes = 4 * 1024;

CurlList MakeList(const std::vector<std::string>& lines) {
  CurlList list;
  for (const std::string& line : lines) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());  // `longer` is its head, or the first of a new one
    list.reset(longer);
  }
  return list;
}

// No exception may cross libcurl's frames: one that a sink lets out counts as its refusal.
template <typename Call>
bool Accepts(Call call) noexcept {
  try {
    return call();
  } catch (const std::exception& error) {
    spdlog::error("A download's receiver failed: {}", error.what());
    return false;
  }
}

// For who runs the server. Who asked for the URL is not told what the name leads to.
void LogRefusal(const std::string& host, const sockaddr* address) noexcept {
  const auto refused = IpAddress::From(address);
  if (!refused) return;
  Accepts([&] {
    spdlog::warn(
        "Not connected to {} for {}: the address is not a public one. If it is the right one, "
        "name it with --origin-address {}",
        refused->Text(), host, refused->Text());
    return true;
  });
}

bool IsCondition(std::string_view header) { return header.starts_with("If-None-Match:"); }

}  // namespace

Transfer::Transfer(CurlEasy easy, std::unique_ptr<Download> download, const Manner& manner,
                   const OriginPolicy& policy)
    : download_(std::move(download)),
      policy_(policy),
      headers_(MakeList(manner.headers)),
      is_conditional_(std::any_of(manner.headers.begin(), manner.headers.end(), IsCondition)),
      is_resumed_(download_->has_head),
      easy_(std::move(easy)) {
  CURL* const handle = easy_.get();
  SetCurlOption(handle, CURLOPT_URL, download_->target.url.c_str());
  SetCurlOption(handle, CURLOPT_HTTPHEADER, headers_.get());
  SetCurlOption(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(manner.time_left.count()));
  // Only where HTTP/2 was spoken before: at others it would make all wait for the first handshake.
  SetCurlOption(handle, CURLOPT_PIPEWAIT, manner.shares_connection ? 1L : 0L);
  SetCurlOption(handle, CURLOPT_FRESH_CONNECT, 0L);  // RunAgainIfSpoilt may have set it
  SetCurlOption(handle, CURLOPT_OPENSOCKETFUNCTION, &Transfer::OpenSocketCallback);
  SetCurlOption(handle, CURLOPT_OPENSOCKETDATA, this);
  SetCurlOption(handle, CURLOPT_HEADERFUNCTION, &Transfer::HeaderCallback);
  SetCurlOption(handle, CURLOPT_HEADERDATA, this);
  SetCurlOption(handle, CURLOPT_WRITEFUNCTION, &Transfer::BodyCallback);
  SetCurlOption(handle, CURLOPT_WRITEDATA, this);
  SetCurlOption(handle, CURLOPT_PRIVATE, this);
}

AttemptEnd Transfer::End(CURLcode code) const {
  if (status_ == kStatusNotModified && is_conditional_) {
    return {.result = Fail(OriginError::kNotModified, "the origin still has the same")};
  }
  if (code == CURLE_OK && has_body_ && IsWhole()) return {.result = {}};

  AttemptEnd end{.result = tl::make_unexpected(FailureOf(code))};
  const bool had_answer = status_ != 0 && !has_body_;
  end.timed_out = code == CURLE_OPERATION_TIMEDOUT && !had_answer;
  end.asked_to_slow_down =
      end.timed_out || status_ == kStatusUnavailable || status_ == kStatusTooManyRequests;
  if (had_answer) end.retry_after = ReadRetryAfter(easy_.get());
  const bool unnoticed = !download_->has_head || !download_->resume_etag.empty();
  end.may_try_again = unnoticed && !is_another_ && IsTransient(end.result.error().code) &&
                      (had_answer || MayPass(code));
  return end;
}

Error<OriginError> Transfer::FailureOf(CURLcode code) const {
  const std::string& host = download_->target.host;
  if (is_another_) {
    return {OriginError::kTruncated,
            "the origin " + host + " broke off, and has not the same object any more"};
  }
  if (has_unclear_end_) {
    return {OriginError::kUnexpected,
            "the origin " + host + " did not say clearly where its answer ends"};
  }
  if (status_ != 0 && !has_body_ && !sink_refused_) {
    return FailureOfStatus(status_, error_body_, host);
  }
  if (sink_refused_) return {OriginError::kRejectedBody, "what the origin sent was refused"};
  if (HasTooLongHead(code)) {
    return {OriginError::kUnexpected, "the origin " + host + " sent too many headers"};
  }
  if (address_refused_ && !socket_opened_) {
    return {OriginError::kNotAllowed,
            "the origin " + host + " is at an address that may not be connected to"};
  }
  if (code == CURLE_OK) {
    // An end without a head, or a 206 that ended before the object did.
    code = has_body_ ? CURLE_PARTIAL_FILE : CURLE_WEIRD_SERVER_REPLY;
  }
  return FailureOfTransfer(code, has_body_, host);
}

// libcurl has seen to the length that this answer announced; a resumed download has one to reach.
bool Transfer::IsWhole() const {
  return !is_resumed_ || download_->received_bytes == download_->length_bytes;
}

// To libcurl, one line that is too long for it is a lack of memory.
bool Transfer::HasTooLongHead(CURLcode code) const {
  if (head_bytes_ > kMaxHeadBytes) return true;
  return code == CURLE_OUT_OF_MEMORY && FirstByte().count() != 0 && !has_body_;
}

std::chrono::microseconds Transfer::FirstByte() const {
  curl_off_t first_byte_us = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
  return std::chrono::microseconds(first_byte_us);
}

bool Transfer::UsedHttp2() const {
  long version = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
  return version == CURL_HTTP_VERSION_2_0;
}

bool Transfer::RunAgainIfSpoilt(CURLM* multi, CURLcode code) {
  if (code != CURLE_UNSUPPORTED_PROTOCOL && code != CURLE_WEIRD_SERVER_REPLY) return false;
  long new_connections = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &new_connections);
  if (new_connections != 0 || status_ != 0) return false;
  curl_multi_remove_handle(multi, easy_.get());
  SetCurlOption(easy_.get(), CURLOPT_FRESH_CONNECT, 1L);
  head_bytes_ = 0;
  return curl_multi_add_handle(multi, easy_.get()) == CURLM_OK;
}

bool Transfer::OnHeaderLine(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > kMaxHeadBytes) return false;
  const bool is_last = line == "\r\n" || line == "\n";
  return !is_last || status_ != 0 || OnHeadComplete();  // after the head: trailers, of no interest
}

bool Transfer::OnHeadComplete() {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < kStatusOk) return true;  // 1xx: the answer's own head follows
  status_ = status;
  has_unclear_end_ = (status == kStatusOk || status == kStatusPartial) && !HasClearEnd(easy_.get());
  if (has_unclear_end_) return false;
  return is_resumed_ ? ContinueBody() : BeginBody();
}

bool Transfer::BeginBody() {
  if (status_ != kStatusOk) return true;
  has_body_ = true;
  OriginHead head = ReadOriginHead(easy_.get());
  head.queued =
      std::chrono::duration_cast<std::chrono::microseconds>(download_->began - download_->ordered);
  head.first_byte = FirstByte();
  download_->has_head = true;
  if (IsResumable(head, AnswerHeader(easy_.get(), "Accept-Ranges"))) {
    download_->resume_etag = head.etag;
    download_->length_bytes = *head.content_length;
  }
  download_->progress->total_bytes.store(head.content_length.value_or(0),
                                         std::memory_order_relaxed);
  sink_refused_ = !Accepts([&] { return download_->sink->OnHead(head); });
  return !sink_refused_;
}

bool Transfer::ContinueBody() {
  const auto content_range = OnlyHeader(easy_.get(), "Content-Range");
  const auto etag = OnlyHeader(easy_.get(), "ETag");
  has_body_ = status_ == kStatusPartial && content_range && etag &&
              Continues(*download_, *content_range, *etag);
  is_another_ =
      !has_body_ && (status_ == kStatusOk || status_ == kStatusPartial ||
                     status_ == kStatusPreconditionFailed || status_ == kStatusRangeNotSatisfiable);
  return !is_another_;
}

bool Transfer::OnBody(std::span<const char> bytes) {
  if (!has_body_) {
    error_body_.append(bytes.data(),
                       std::min(bytes.size(), kMaxErrorBodyBytes - error_body_.size()));
    return error_body_.size() < kMaxErrorBodyBytes;
  }
  if (is_resumed_ && bytes.size() > download_->length_bytes - download_->received_bytes) {
    is_another_ = true;
    return false;
  }
  body_bytes_ += bytes.size();
  download_->received_bytes += bytes.size();
  download_->progress->bytes.store(download_->received_bytes, std::memory_order_relaxed);
  sink_refused_ = !Accepts([&] { return download_->sink->OnBytes(bytes); });
  return !sink_refused_;
}

std::size_t Transfer::HeaderCallback(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t bytes = size * count;
  return static_cast<Transfer*>(self)->OnHeaderLine({data, bytes}) ? bytes : 0;
}

std::size_t Transfer::BodyCallback(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t bytes = size * count;
  return static_cast<Transfer*>(self)->OnBody({data, bytes}) ? bytes : 0;
}

curl_socket_t Transfer::OpenSocketCallback(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string& host = transfer.download_->target.host;
  if (!transfer.policy_.AllowsAddress(host, &address->addr)) {
    transfer.address_refused_ = true;
    LogRefusal(host, &address->addr);
    return CURL_SOCKET_BAD;
  }
  transfer.socket_opened_ = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace image_cache
