#include "native-server/origin/transfer/transfer_settings.h"

namespace image_cache {
namespace {

constexpr long kReceiveBufferBytes = 128 * 1024;
constexpr char kUserAgent[] = "image-cache/" IMAGE_CACHE_VERSION;

}  // namespace

void ApplyTransferSettings(CURL* easy, const DownloaderOptions& options) {
  SetCurlOption(easy, CURLOPT_PATH_AS_IS, 1L);  // a key may hold "..", and signatures cover it
  SetCurlOption(easy, CURLOPT_USERAGENT, kUserAgent);
  SetCurlOption(easy, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  SetCurlOption(easy, CURLOPT_NOSIGNAL, 1L);
  SetCurlOption(easy, CURLOPT_TCP_KEEPALIVE, 1L);

  SetCurlOption(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);

  // Only where the policy was asked: no other scheme, no redirect, no proxy of the environment.
  SetCurlOption(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  SetCurlOption(easy, CURLOPT_FOLLOWLOCATION, 0L);
  SetCurlOption(easy, CURLOPT_PROXY, "");
  SetCurlOption(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  SetCurlOption(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!options.ca_file.empty()) SetCurlOption(easy, CURLOPT_CAINFO, options.ca_file.c_str());

  // The low-speed limit runs from the request on, so it bounds the wait for the first byte too.
  SetCurlOption(easy, CURLOPT_CONNECTTIMEOUT_MS,
                static_cast<long>(options.connect_timeout.count()));
  SetCurlOption(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.low_speed_time.count()));
  SetCurlOption(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options.low_speed_bytes));
  // A download that ends while its host is being resolved does not hold up all others until the
  // resolver answers.
  SetCurlOption(easy, CURLOPT_QUICK_EXIT, 1L);
}

}  // namespace image_cache
