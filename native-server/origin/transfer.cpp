#include "native-server/origin/transfer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <new>
#include <stdexcept>
#include <utility>

#include "native-server/origin/origin_failure.h"

namespace image_cache {
namespace {

constexpr long kStatusOk = 200;
constexpr long kStatusNotModified = 304;
constexpr long kReceiveBufferBytes = 128 * 1024;
constexpr std::size_t kMaxHeadBytes = 64 * 1024;
constexpr std::size_t kMaxHeaderValueBytes = 1024;  // of those that are handed on
constexpr std::size_t kMaxErrorBodyBytes = 4 * 1024;
constexpr char kUserAgent[] = "image-cache/" IMAGE_CACHE_VERSION;

template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) throw std::logic_error(curl_easy_strerror(code));
}

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

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

bool IsCondition(std::string_view header) { return header.starts_with("If-None-Match:"); }

}  // namespace

Transfer::Transfer(CurlEasy easy, OriginUrl target, const std::vector<std::string>& headers,
                   std::unique_ptr<DownloadSink> sink, const DownloaderOptions& options,
                   const OriginPolicy& policy)
    : target_(std::move(target)),
      sink_(std::move(sink)),
      policy_(policy),
      headers_(MakeList(headers)),
      is_conditional_(std::any_of(headers.begin(), headers.end(), IsCondition)),
      easy_(std::move(easy)) {
  if (easy_ == nullptr) throw std::bad_alloc();
  Configure(options);
}

void Transfer::Configure(const DownloaderOptions& options) {
  CURL* const easy = easy_.get();
  Set(easy, CURLOPT_URL, target_.url.c_str());
  Set(easy, CURLOPT_PATH_AS_IS, 1L);  // an object's key may hold "..", and signatures cover it
  Set(easy, CURLOPT_HTTPHEADER, headers_.get());
  Set(easy, CURLOPT_USERAGENT, kUserAgent);
  Set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  Set(easy, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_TCP_KEEPALIVE, 1L);

  // Only where the policy was asked: no other scheme, no redirect, no proxy of the environment.
  Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy, CURLOPT_PROXY, "");
  Set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  Set(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  Set(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::OpenSocketCallback);
  Set(easy, CURLOPT_OPENSOCKETDATA, this);

  // The low-speed limit runs from the request on, so it bounds the wait for the first byte too.
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  Set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.low_speed_time.count()));
  Set(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options.low_speed_bytes));
  Set(easy, CURLOPT_TIMEOUT_MS,
      static_cast<long>(std::chrono::milliseconds(options.total_timeout).count()));
  // A download that ends while its host is being resolved does not hold up all others until the
  // resolver answers.
  Set(easy, CURLOPT_QUICK_EXIT, 1L);

  Set(easy, CURLOPT_HEADERFUNCTION, &Transfer::HeaderCallback);
  Set(easy, CURLOPT_HEADERDATA, this);
  Set(easy, CURLOPT_WRITEFUNCTION, &Transfer::BodyCallback);
  Set(easy, CURLOPT_WRITEDATA, this);
  Set(easy, CURLOPT_PRIVATE, this);
}

Result<void, OriginError> Transfer::Outcome(CURLcode code) const {
  if (status_ == kStatusNotModified && is_conditional_) {
    return Fail(OriginError::kNotModified, "the origin still has the same");
  }
  if (status_ != 0 && status_ != kStatusOk) {
    return tl::make_unexpected(FailureOfStatus(status_, error_body_, target_.host));
  }
  if (sink_refused_) return Fail(OriginError::kRejectedBody, "what the origin sent was refused");
  if (head_bytes_ > kMaxHeadBytes) {
    return Fail(OriginError::kUnexpected, "the origin " + target_.host + " sent too many headers");
  }
  if (code == CURLE_OK && status_ == kStatusOk) return {};
  if (address_refused_ && !socket_opened_) {
    return Fail(OriginError::kNotAllowed,
                "the origin " + target_.host + " is at an address that may not be connected to");
  }
  if (code == CURLE_OK) code = CURLE_WEIRD_SERVER_REPLY;  // an end without a head
  return tl::make_unexpected(FailureOfTransfer(code, status_ == kStatusOk, target_.host));
}

bool Transfer::RunAgainIfSpoilt(CURLM* multi, CURLcode code) {
  if (code != CURLE_UNSUPPORTED_PROTOCOL && code != CURLE_WEIRD_SERVER_REPLY) return false;
  long new_connections = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &new_connections);
  if (new_connections != 0 || status_ != 0) return false;
  curl_multi_remove_handle(multi, easy_.get());
  Set(easy_.get(), CURLOPT_FRESH_CONNECT, 1L);
  head_bytes_ = 0;
  return curl_multi_add_handle(multi, easy_.get()) == CURLM_OK;
}

CurlEasy Transfer::TakeHandle() {
  curl_easy_reset(easy_.get());
  return std::move(easy_);
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
  if (status_ != kStatusOk) return true;
  sink_refused_ = !Accepts([this] { return sink_->OnHead(ReadHead()); });
  return !sink_refused_;
}

bool Transfer::OnBody(std::span<const char> bytes) {
  if (status_ != kStatusOk) {
    error_body_.append(bytes.data(),
                       std::min(bytes.size(), kMaxErrorBodyBytes - error_body_.size()));
    return error_body_.size() < kMaxErrorBodyBytes;
  }
  body_bytes_ += bytes.size();
  sink_refused_ = !Accepts([&] { return sink_->OnBytes(bytes); });
  return !sink_refused_;
}

std::string Transfer::LastHeader(const char* name) const {
  constexpr int kLastRequest = -1;
  curl_header* header = nullptr;
  if (curl_easy_header(easy_.get(), name, 0, CURLH_HEADER, kLastRequest, &header) != CURLHE_OK) {
    return {};
  }
  const std::size_t last = header->amount - 1;
  if (last != 0 &&
      curl_easy_header(easy_.get(), name, last, CURLH_HEADER, kLastRequest, &header) != CURLHE_OK) {
    return {};
  }
  std::string value = header->value;
  // These end up in a JSON document: what is not text of the header's own alphabet is left out.
  if (value.size() > kMaxHeaderValueBytes || !IsPrintable(value)) return {};
  return value;
}

OriginHead Transfer::ReadHead() const {
  OriginHead head{.content_length = std::nullopt,
                  .etag = LastHeader("ETag"),
                  .content_type = LastHeader("Content-Type")};
  const std::string length = LastHeader("Content-Length");
  std::uint64_t bytes = 0;
  const char* const end = length.data() + length.size();
  const auto [stop, error] = std::from_chars(length.data(), end, bytes);
  // RFC 9112 §6.3: a transfer coding overrides the length.
  if (error == std::errc() && stop == end && LastHeader("Transfer-Encoding").empty()) {
    head.content_length = bytes;
  }
  return head;
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
  if (!transfer.policy_.AllowsAddress(transfer.target_.host, &address->addr)) {
    transfer.address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.socket_opened_ = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace image_cache
