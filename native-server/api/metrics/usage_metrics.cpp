#include "native-server/api/metrics/usage_metrics.h"

namespace image_cache {

void AddUsage(MetricFamilies& families, const UsageStats& usage) {
  if (!usage.learns) return;
  families.Gauge("usage_model_actors", "Actors that the usage model knows.", usage.actors);
  families.Gauge("usage_model_actors_max", "The most of them.", UsageService::kMaxActors);
  families.Gauge("usage_model_bytes", "Memory of the usage model.", usage.model_bytes);
  families.Counter("usage_missed_openings_total",
                   "Openings that were not learnt from, since too many came at once.",
                   usage.missed_openings);
  families.Counter("guessed_actors_total", "Actors of which pictures were fetched by a guess.",
                   usage.guessed_actors);
  families.Counter("guessed_actors_opened_total", "Of those, the ones that were opened then.",
                   usage.opened_actors);
  families.Counter("guessed_pictures_total", "Pictures fetched by a guess.",
                   usage.fetched_pictures);
  families.Counter("guessed_bytes_total", "Bytes of those pictures.", usage.fetched_bytes);
  families.Counter("guessed_pictures_failed_total", "Pictures that a guess could not fetch.",
                   usage.failed_pictures);
}

}  // namespace image_cache
