#include "native-server/api/metrics/metric_families.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>
#include <utility>

namespace image_cache {

using prometheus::ClientMetric;

std::string MetricFamilies::Write() const {
  return prometheus::TextSerializer().prometheus::Serializer::Serialize(families_);
}

void MetricFamilies::Histogram(std::string name, std::string help, const DurationHistogram& times) {
  auto& histogram =
      Add(prometheus::MetricType::Histogram, std::move(name), std::move(help)).histogram;
  histogram.sample_count = times.count();
  histogram.sample_sum = times.sum_seconds();
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < times.counts().size(); ++i) {
    up_to += times.counts().at(i);
    const bool is_last = i == DurationHistogram::kBounds.size();
    const double bound_seconds =
        is_last ? std::numeric_limits<double>::infinity()
                : std::chrono::duration<double>(DurationHistogram::kBounds.at(i)).count();
    histogram.bucket.push_back({.cumulative_count = up_to, .upper_bound = bound_seconds});
  }
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
