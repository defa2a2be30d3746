#include "native-server/http/server/server.h"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "native-server/http/server/worker.h"

namespace image_cache {

struct HttpServer::Threads {
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::thread> threads;
  std::mutex mutex;  // guards running
  std::condition_variable ended;
  std::size_t running = 0;

  void Run(Worker& worker) {
    worker.Run();
    const std::lock_guard lock(mutex);
    --running;
    ended.notify_all();
  }

  void Join() {
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
};

Result<std::unique_ptr<HttpServer>, ListenError> HttpServer::Listen(const ListenAddress& address,
                                                                    std::size_t threads,
                                                                    const HttpLimits& limits) {
  auto listeners = image_cache::Listen(address, threads);
  if (!listeners) return tl::make_unexpected(listeners.error());
  std::string url = "http://" + FormatListenAddress({address.host, listeners->port});
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(url), std::move(*listeners), limits));
}

Result<std::unique_ptr<HttpServer>, ListenError> HttpServer::Adopt(const UniqueFd& socket,
                                                                   std::size_t threads,
                                                                   const HttpLimits& limits) {
  auto listeners = image_cache::Adopt(socket, threads);
  if (!listeners) return tl::make_unexpected(listeners.error());
  std::string url = "http://" + FormatListenAddress(AddressOf(socket));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(url), std::move(*listeners), limits));
}

HttpServer::HttpServer(std::string url, Listeners listeners, const HttpLimits& limits)
    : url_(std::move(url)), threads_(std::make_unique<Threads>()) {
  state_.limits = limits;
  for (UniqueFd& socket : listeners.sockets) {
    threads_->workers.push_back(std::make_unique<Worker>(std::move(socket), listeners.ipv6, state_,
                                                         threads_->workers.size()));
  }
}

HttpServer::~HttpServer() { Drain(std::chrono::milliseconds(0)); }

std::size_t HttpServer::threads() const { return threads_->workers.size(); }

void HttpServer::Start(Handler handler, Tidy tidy, AccessLog* access_log) {
  state_.handler = std::move(handler);
  state_.tidy = std::move(tidy);
  state_.access_log = access_log;
  // sendfile(2) has no MSG_NOSIGNAL: without this a client that leaves would end the process.
  (void)std::signal(SIGPIPE, SIG_IGN);
  threads_->running = threads_->workers.size();
  for (const auto& worker : threads_->workers) {
    threads_->threads.emplace_back([this, &worker = *worker] { threads_->Run(worker); });
  }
}

bool HttpServer::Drain(std::chrono::milliseconds at_most) {
  state_.draining.store(true);
  for (const auto& worker : threads_->workers) worker->StartDraining();
  bool all_done = false;
  {
    std::unique_lock lock(threads_->mutex);
    all_done = threads_->ended.wait_for(lock, at_most, [this] { return threads_->running == 0; });
  }
  if (!all_done) {
    for (const auto& worker : threads_->workers) worker->Stop();
  }
  threads_->Join();
  return all_done;
}

HttpServerStats HttpServer::Stats() const {
  HttpServerStats stats{.connections = state_.connections.load(),
                        .max_connections = state_.limits.connections,
                        .connections_refused = state_.connections_refused.load(),
                        .bodies_bytes = state_.bodies_bytes.load(),
                        .max_bodies_bytes = state_.limits.all_bodies_bytes,
                        .bodies_refused = state_.bodies_refused.load(),
                        .web_sockets = state_.web_sockets.load(),
                        .max_web_sockets = state_.limits.web_sockets,
                        .web_sockets_refused = state_.web_sockets_refused.load()};
  for (std::size_t i = 0; i < stats.responses.size(); ++i) {
    stats.responses[i] = state_.responses[i].load(std::memory_order_relaxed);
  }
  return stats;
}

}  // namespace image_cache
