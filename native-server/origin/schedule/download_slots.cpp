#include "native-server/origin/schedule/download_slots.h"

#include <algorithm>

namespace image_cache {
namespace {

constexpr int kMinReserve = 2;
constexpr int kReserveShare = 8;

}  // namespace

DownloadSlots::DownloadSlots(int max_parallel)
    : max_parallel_(max_parallel), reserve_(std::max(kMinReserve, max_parallel / kReserveShare)) {}

bool DownloadSlots::HasRoom(Urgency urgency) const {
  if (urgency == Urgency::kDemand) return running_demand_ < max_parallel_;
  return running_ < max_parallel_ && running_ + running_demand_ < max_parallel_ + reserve_;
}

bool DownloadSlots::HasRoomAt(const std::string& host, Urgency urgency) const {
  if (!HasRoom(urgency)) return false;
  const auto found = hosts_.find(host);
  if (found == hosts_.end()) return true;
  const Host& known = found->second;
  if (urgency == Urgency::kDemand) {
    return known.running_demand < std::max(known.control.Limit(), reserve_);
  }
  return known.running < known.control.Limit();
}

void DownloadSlots::Take(const std::string& host, Urgency urgency) {
  const bool is_demand = urgency == Urgency::kDemand;
  Host& known = At(host);
  ++(is_demand ? known.running_demand : known.running);
  ++(is_demand ? running_demand_ : running_);
}

void DownloadSlots::BecomeDemand(const std::string& host) {
  Host& known = At(host);
  --known.running;
  ++known.running_demand;
  --running_;
  ++running_demand_;
}

void DownloadSlots::Release(const std::string& host, Urgency urgency) {
  const bool is_demand = urgency == Urgency::kDemand;
  Host& known = At(host);
  --(is_demand ? known.running_demand : known.running);
  --(is_demand ? running_demand_ : running_);
  const bool is_idle = known.running == 0 && known.running_demand == 0;
  if (is_idle && hosts_.size() > kMaxKnownHosts) hosts_.erase(host);
}

void DownloadSlots::OnSuccess(const std::string& host, TimePoint now, std::uint64_t bytes,
                              bool are_more_waiting) {
  Host& known = At(host);
  const bool is_used_up = are_more_waiting && known.running >= known.control.Limit();
  known.control.OnSuccess(now, bytes, is_used_up);
}

void DownloadSlots::OnSlowDown(const std::string& host, TimePoint now) {
  if (At(host).control.OnSlowDown(now)) ++slow_downs_;
}

void DownloadSlots::NoteMultiplexing(const std::string& host) { At(host).multiplexes = true; }

bool DownloadSlots::IsMultiplexing(const std::string& host) const {
  const auto found = hosts_.find(host);
  return found != hosts_.end() && found->second.multiplexes;
}

int DownloadSlots::Limit() const {
  int limit = 0;
  for (const auto& [host, known] : hosts_) {
    if (known.running + known.running_demand > 0) limit += known.control.Limit();
    if (limit >= max_parallel_) break;
  }
  return limit == 0 ? max_parallel_ : std::min(limit, max_parallel_);
}

DownloadSlots::Host& DownloadSlots::At(const std::string& host) {
  return hosts_.try_emplace(host, Host{.control = HostControl(max_parallel_)}).first->second;
}

}  // namespace image_cache
