#include "native-server/services/monitoring/origin_times.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace image_cache {
namespace {

using nlohmann::json;

constexpr std::size_t kNumbers = 4;
// Longer than any that is plausible: a year.
constexpr double kMaxMicroseconds = 3e13;

double ToDouble(std::chrono::microseconds time) {
  return static_cast<double>(std::max<std::int64_t>(time.count(), 0));
}

// Nothing when they are no such numbers.
std::optional<std::array<double, kNumbers>> ReadNumbers(const json& written) {
  if (!written.is_array() || written.size() != kNumbers) return std::nullopt;
  std::array<double, kNumbers> numbers{};
  for (std::size_t i = 0; i < kNumbers; ++i) {
    if (!written[i].is_number()) return std::nullopt;
    numbers.at(i) = written[i].get<double>();
    if (!(numbers.at(i) >= 0 && numbers.at(i) < kMaxMicroseconds)) return std::nullopt;
  }
  return numbers;
}

}  // namespace

void OriginCost::Learn(const Sums& one) {
  static const double kFading = std::exp2(-1 / OriginTimes::kHalfLife);
  sums_.downloads = sums_.downloads * kFading + one.downloads;
  sums_.first_bytes_us = sums_.first_bytes_us * kFading + one.first_bytes_us;
  sums_.transfers_us = sums_.transfers_us * kFading + one.transfers_us;
  sums_.bytes = sums_.bytes * kFading + one.bytes;
  Publish();
}

void OriginCost::Publish() {
  const auto ratio = [](double sum, double of) {
    return of < 1 ? 0 : static_cast<std::uint64_t>(sum / of);
  };
  first_byte_us_.store(ratio(sums_.first_bytes_us, sums_.downloads), std::memory_order_relaxed);
  picoseconds_per_byte_.store(ratio(sums_.transfers_us * 1e6, sums_.bytes),
                              std::memory_order_relaxed);
}

void OriginTimes::Note(std::string_view key, const DownloadTime& time) {
  const OriginCost::Sums one{.downloads = 1,
                             .first_bytes_us = ToDouble(time.first_byte),
                             .transfers_us = ToDouble(time.transfer),
                             .bytes = static_cast<double>(time.bytes)};
  const std::string_view origin = OriginOf(key);
  const std::lock_guard lock(mutex_);
  all_.Learn(one);
  auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) {
    if (by_origin_.size() >= kMaxOrigins) return;
    found = by_origin_.try_emplace(std::string(origin)).first;
  }
  found->second.Learn(one);
}

const OriginCost* OriginTimes::Of(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_origin_.find(OriginOf(key));
  return found == by_origin_.end() ? &all_ : &found->second;
}

std::size_t OriginTimes::origins() const {
  const std::lock_guard lock(mutex_);
  return by_origin_.size();
}

std::string OriginTimes::Write() const {
  const auto numbers = [](const OriginCost& cost) {
    const OriginCost::Sums& sums = cost.sums_;
    return json{sums.downloads, sums.first_bytes_us, sums.transfers_us, sums.bytes};
  };
  const std::lock_guard lock(mutex_);
  json written{{"all", numbers(all_)}, {"origins", json::object()}};
  for (const auto& [origin, cost] : by_origin_) written["origins"][origin] = numbers(cost);
  return written.dump(-1, ' ', false, json::error_handler_t::replace);
}

void OriginTimes::Restore(std::string_view written) {
  const json read = json::parse(written, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object() || !read.contains("all") || !read.contains("origins")) return;
  const auto restore = [](const json& numbers, OriginCost& cost) {
    const auto sums = ReadNumbers(numbers);
    if (!sums) return;
    cost.sums_ = {(*sums)[0], (*sums)[1], (*sums)[2], (*sums)[3]};
    cost.Publish();
  };
  const std::lock_guard lock(mutex_);
  restore(read["all"], all_);
  for (const auto& [origin, numbers] : read["origins"].items()) {
    if (by_origin_.size() >= kMaxOrigins || origin.size() > kMaxOriginBytes) break;
    restore(numbers, by_origin_.try_emplace(origin).first->second);
  }
}

std::string_view OriginTimes::OriginOf(std::string_view key) {
  key = key.substr(0, std::min(key.size(), kMaxOriginBytes));
  const std::size_t scheme = key.find("://");
  if (scheme == std::string_view::npos) return key;
  const std::size_t bucket = key.find('/', scheme + 3);
  if (bucket == std::string_view::npos) return key;
  const std::size_t object = key.find('/', bucket + 1);
  return key.substr(0, object == std::string_view::npos ? bucket : object);
}

}  // namespace image_cache
