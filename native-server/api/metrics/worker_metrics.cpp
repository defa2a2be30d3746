#include "native-server/api/metrics/worker_metrics.h"

namespace image_cache {

void AddSmaller(MetricFamilies& families, const SmallerServiceStats& service,
                const SmallerStats& kept) {
  families.Gauge("smaller_pictures", "Smaller pictures that are kept.", kept.pictures);
  families.Gauge("smaller_max_pictures", "The most of them; the one opened last goes last.",
                 kept.max_pictures);
  families.Gauge("smaller_bytes", "What they take on the disk.", kept.bytes);
  families.Gauge("smaller_max_bytes", "The most of it.", kept.max_bytes);
  families.Counter("smaller_evicted_total", "Those that made room for newer ones.", kept.evicted);
  families.Counter("smaller_requests_total", "Smaller pictures that were to be made.", 0);
  families.Labelled("result", "made", service.made);
  families.Labelled("result", "as_it_is", service.as_they_are);
  families.Labelled("result", "failed", service.failed);
  families.Labelled("result", "turned_away", service.turned_away);
  families.Counter("smaller_coalesced_total", "Requests that joined one that ran already.",
                   service.coalesced);
  families.Gauge("smaller_running", "Smaller pictures that are being made, or wait to be.",
                 service.running);
  families.Counter("smaller_made_ahead_total",
                   "Smaller pictures that were made before anybody asked.", service.made_ahead);
  families.Gauge("smaller_ahead_waiting", "Downloaded pictures that wait for that.",
                 service.ahead.waiting);
  families.Gauge("smaller_ahead_max_waiting", "The most of them; more are left out.",
                 service.ahead.max_waiting);
  families.Counter("smaller_ahead_left_out_total", "Pictures for which there was no room to wait.",
                   service.ahead.left_out);
  families.Gauge("smaller_remembered", "Outcomes that spare a decoding in vain.",
                 service.remembered);
  families.Gauge("smaller_max_remembered", "The most of them; the oldest is forgotten.",
                 service.max_remembered);
}

void AddWorkers(MetricFamilies& families, const WorkerPoolStats& workers) {
  families.Gauge("worker_processes", "Processes that decode pictures.", workers.processes);
  families.Gauge("worker_max_processes", "The most of them.", workers.max_processes);
  families.Gauge("worker_jobs_waiting", "Pictures that wait for one.", workers.waiting);
  families.Gauge("worker_jobs_max_waiting", "The most of them; more are turned away.",
                 workers.max_waiting);
  families.Counter("worker_jobs_total", "Pictures that were decoded, or tried.", workers.jobs);
  families.Counter("worker_jobs_failed_total", "Of these, the ones that failed.", workers.failed);
  families.Counter("worker_jobs_refused_total", "Pictures for which there was no room to wait.",
                   workers.refused);
  families.Counter("worker_crashes_total", "Pictures that no process survived.", workers.crashes);
  families.Counter("worker_timeouts_total", "Pictures that took too long.", workers.timeouts);
  families.Counter("worker_cpu_seconds_total", "Processor time of all of them.",
                   static_cast<double>(workers.cpu_us) / 1e6);
}

}  // namespace image_cache
