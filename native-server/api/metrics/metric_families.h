// Metrics as they are collected for one answer, in Prometheus' terms: families of counters,
// gauges and histograms. The numbers are kept elsewhere, so there is no registry to keep in step.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "native-server/base/duration_histogram.h"

namespace image_cache {

class MetricFamilies {
 public:
  // Names go without the "image_cache_" that all have.
  template <typename Number>
  void Counter(std::string name, std::string help, Number value) {
    auto& metric = Add(prometheus::MetricType::Counter, std::move(name), std::move(help));
    metric.counter.value = static_cast<double>(value);
  }
  template <typename Number>
  void Gauge(std::string name, std::string help, Number value) {
    auto& metric = Add(prometheus::MetricType::Gauge, std::move(name), std::move(help));
    metric.gauge.value = static_cast<double>(value);
  }
  void Histogram(std::string name, std::string help, const DurationHistogram& times);
  // A further value of the family that was added last, told apart by its label; the first one takes
  // the place of the value that the family was added with.
  template <typename Number>
  void Labelled(std::string label, std::string label_value, Number value) {
    AddLabelled(std::move(label), std::move(label_value), static_cast<double>(value));
  }
  [[nodiscard]] prometheus::ClientMetric& last() { return families_.back().metric.back(); }
  // In Prometheus' text format.
  [[nodiscard]] std::string Write() const;

 private:
  prometheus::ClientMetric& Add(prometheus::MetricType type, std::string name, std::string help);
  void AddLabelled(std::string label, std::string label_value, double value);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace image_cache
