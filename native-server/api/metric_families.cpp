#include "native-server/api/metric_families.h"

#include <prometheus/text_serializer.h>

#include <utility>

namespace image_cache {

using prometheus::ClientMetric;

std::string MetricFamilies::Write() const {
  return prometheus::TextSerializer().prometheus::Serializer::Serialize(families_);
}

ClientMetric& MetricFamilies::Add(prometheus::MetricType type, std::string name, std::string help) {
  prometheus::MetricFamily& family = families_.emplace_back();
  family.name = "image_cache_" + std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family.metric.emplace_back();
}

void MetricFamilies::AddLabelled(std::string label, std::string label_value, double value) {
  std::vector<ClientMetric>& metrics = families_.back().metric;
  if (!metrics.back().label.empty()) metrics.emplace_back();
  metrics.back().label = {{std::move(label), std::move(label_value)}};
  metrics.back().counter.value = value;
  metrics.back().gauge.value = value;  // the family's type says which counts
}

}  // namespace image_cache
