// The cache of a running server, asked over HTTP.
#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "native-server/api/endpoints/prefetch_body.h"
#include "native-server/cli/cache_access.h"
#include "native-server/cli/parts.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t AppendBody(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

class RemoteCache final : public CacheAccess {
 public:
  RemoteCache(std::string url, std::optional<std::string> token, RemoteTimeouts timeouts)
      : url_(std::move(url)), token_(std::move(token)), timeouts_(timeouts) {}

  std::string Description() const override { return "the server at " + url_; }
  Outcome<json> Stats(const std::string& history) override {
    return Ask("/api/cache/stats" + (history.empty() ? "" : "?history=" + history), nullptr,
               timeouts_.answer);
  }

  Outcome<json> Verify(const VerifyOrder& order, const VerifyProgress& progress) override {
    const std::string body =
        json({{"repair", order.repair}, {"bytes_per_second", order.bytes_per_second}}).dump();
    auto report = Ask("/api/cache/verify", &body, timeouts_.answer);
    while (report && report->value("state", "") == "running") {
      progress(*report);
      std::this_thread::sleep_for(kVerifyProgressInterval);
      report = Ask("/api/cache/verify", nullptr, timeouts_.answer);
    }
    return report;
  }

  Outcome<json> Clear(const std::string& actor_id) override {
    const std::string nothing;
    return Ask(actor_id.empty() ? "/api/cache/clear-all" : "/api/cache/clear/" + actor_id, &nothing,
               timeouts_.answer);
  }

  Outcome<json> Sync(const SyncOrder& order) override {
    json body = {
        {"prefix", order.folder.Url()}, {"dry_run", order.dry_run}, {"delete", order.removes_many}};
    if (!order.folder.actor_id.empty()) body["actor_id"] = order.folder.actor_id;
    const std::string text = body.dump();
    return Ask("/api/cache/sync", &text, kAsLongAsItTakes);
  }

  std::future<Outcome<json>> Prefetch(PrefetchOrder order) override {
    return std::async(std::launch::async, [this, order = std::move(order)] { return Ask(order); });
  }

 private:
  // Downloads have deadlines of their own, in the server.
  static constexpr std::chrono::milliseconds kAsLongAsItTakes{0};

  Outcome<json> Ask(const PrefetchOrder& order) const {
    json images = json::array();
    for (const PrefetchOrder::Image& image : order.images) {
      images.push_back({{"s3_url", image.s3_url}, {"filename", image.filename}});
    }
    const json body = {{"actor_id", order.actor_id},
                       {"priority", PriorityName(order.priority)},
                       {"images", std::move(images)}};
    const std::string text = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return Ask("/api/cache/prefetch", &text, kAsLongAsItTakes);
  }

  // POST with a body, which may be empty; GET without one.
  Outcome<json> Ask(const std::string& path, const std::string* body,
                    std::chrono::milliseconds at_most) const {
    std::unique_ptr<curl_slist, CurlDeleter> headers(
        curl_slist_append(nullptr, "Content-Type: application/json"));
    if (token_) curl_slist_append(headers.get(), ("Authorization: Bearer " + *token_).c_str());
    std::string answer;
    const std::unique_ptr<CURL, CurlDeleter> handle(curl_easy_init());
    CURL* const curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_URL, (url_ + path).c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts_.connect.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(at_most.count()));
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // the server is on this machine
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, AppendBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    if (body != nullptr) {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->c_str());
    }
    if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) {
      return Failed(fmt::format("{} does not answer: {}; is it just stopping?", Description(),
                                curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return Read(status, answer);
  }

  Outcome<json> Read(long status, const std::string& answer) const {
    json parsed = json::parse(answer, nullptr, /*allow_exceptions=*/false);
    if ((status == 200 || status == 202) && !parsed.is_discarded()) return parsed;
    if (status == 401) {
      return Failed(Description() + (token_
                                         ? " does not take this token; --token-file must name "
                                           "the file that the server was started with"
                                         : " wants a token; name its file with --token-file FILE"));
    }
    const bool problem = parsed.is_object() && parsed.contains("title");
    return Failed(fmt::format("{} answered {}: {}", Description(), status,
                              problem
                                  ? parsed.value("title", "") + ". " + parsed.value("detail", "")
                                  : "nothing that can be understood"));
  }

  std::string url_;
  std::optional<std::string> token_;
  RemoteTimeouts timeouts_;
};

}  // namespace

Outcome<std::unique_ptr<CacheAccess>> OpenRemoteCache(const Settings& settings,
                                                      std::string server_url,
                                                      RemoteTimeouts timeouts) {
  auto token = ReadToken(settings);
  if (!token) return tl::make_unexpected(token.error());
  return std::make_unique<RemoteCache>(std::move(server_url), std::move(*token), timeouts);
}

}  // namespace image_cache
