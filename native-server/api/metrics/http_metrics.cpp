#include "native-server/api/metrics/http_metrics.h"

#include <string>

namespace image_cache {

void AddAccessLog(MetricFamilies& families, const AccessLogStats& log) {
  families.Counter("access_log_lines_total", "Lines of the access log that were written.",
                   log.lines);
  families.Counter("access_log_dropped_total",
                   "Lines that were not: the disk was behind, or did not take them.", log.dropped);
  families.Gauge("access_log_waiting_bytes", "Lines that wait to be written.", log.waiting_bytes);
  families.Gauge("access_log_max_waiting_bytes", "The most of them; more are dropped.",
                 log.max_waiting_bytes);
}

void AddHttp(MetricFamilies& families, const HttpServerStats& http) {
  families.Gauge("http_connections", "Connections that are open now.", http.connections);
  families.Gauge("http_max_connections", "The most connections that may be open.",
                 http.max_connections);
  families.Counter("http_connections_refused_total", "Connections over that limit.",
                   http.connections_refused);
  families.Gauge("http_request_bodies_bytes", "Memory that the bodies of requests take now.",
                 http.bodies_bytes);
  families.Gauge("http_max_request_bodies_bytes", "The most of it.", http.max_bodies_bytes);
  families.Counter("http_request_bodies_refused_total", "Requests refused for that limit.",
                   http.bodies_refused);
  families.Gauge("http_websockets", "Of the open connections, those that are WebSockets.",
                 http.web_sockets);
  families.Gauge("http_max_websockets", "The most of them.", http.max_web_sockets);
  families.Counter("http_websockets_refused_total", "WebSockets over that limit.",
                   http.web_sockets_refused);
  families.Counter("http_responses_total", "Answers sent, by class of status.", 0);
  for (std::size_t status_class = 2; status_class < http.responses.size(); ++status_class) {
    families.Labelled("class", std::to_string(status_class) + "xx",
                      http.responses.at(status_class));
  }
}

void AddEvents(MetricFamilies& families, const EventStats& events) {
  families.Gauge("events_listeners", "Pages that are told what happens.", events.listeners);
  families.Counter("events_sent_total", "Messages to pages.", events.sent);
  families.Counter("events_dropped_total", "Messages left out: their page reads too slowly.",
                   events.dropped);
  families.Counter("events_gaps_total", "Times that a page was told that something was left out.",
                   events.gaps);
  families.Gauge("events_waiting", "Messages that wait for their pages.", events.waiting);
  families.Gauge("events_waiting_bytes", "Their size; a text for several pages counts for each.",
                 events.waiting_bytes);
  families.Gauge("events_max_waiting", "The most messages that may wait for one page.",
                 events.limits.messages);
  families.Gauge("events_max_waiting_bytes", "The most bytes that may wait for one page.",
                 events.limits.bytes);
  families.Gauge("prefetches_running", "Prefetches that pages can be told of.",
                 events.prefetches.listed);
  families.Gauge("prefetches_max_running", "The most of them; more run unseen.",
                 RunningPrefetches::kMaxListed);
  families.Counter("prefetches_unseen_total", "Prefetches over that limit.",
                   events.prefetches.unlisted);
}

}  // namespace image_cache
