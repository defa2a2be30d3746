// Who may run: the bounds on downloads at once, in all and for each host.
//
// Whoever a person waits for (Urgency::kDemand) never waits behind prefetches: demand and the rest
// have max_parallel slots each. As many as the reserve of the demands take nothing from the rest;
// when more run, fewer prefetches begin. A host's own limit adapts (HostControl) and binds the
// rest; demands are held to it only above the reserve.
//
// Owned by DownloadSchedule; not thread-safe. What is known of hosts is bounded (kMaxKnownHosts).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "native-server/origin/downloader.h"
#include "native-server/origin/schedule/host_control.h"

namespace image_cache {

class DownloadSlots {
 public:
  using TimePoint = HostControl::TimePoint;
  // Beyond it a host that nothing runs at is forgotten, and begins anew.
  static constexpr std::size_t kMaxKnownHosts = 256;

  // REQUIRES: max_parallel >= 1.
  explicit DownloadSlots(int max_parallel);

  [[nodiscard]] bool HasRoom(Urgency urgency) const;  // at any host
  [[nodiscard]] bool HasRoomAt(const std::string& host, Urgency urgency) const;

  void Take(const std::string& host, Urgency urgency);
  // One that runs is waited for by a person now.
  void BecomeDemand(const std::string& host);
  void Release(const std::string& host, Urgency urgency);

  // What an attempt at `host` came to, before its Release. `are_more_waiting`: for this or any
  // host.
  void OnSuccess(const std::string& host, TimePoint now, std::uint64_t bytes,
                 bool are_more_waiting);
  void OnSlowDown(const std::string& host, TimePoint now);

  // An origin that speaks HTTP/2: its downloads share connections.
  void NoteMultiplexing(const std::string& host);
  [[nodiscard]] bool IsMultiplexing(const std::string& host) const;

  // How many may run by the limits of the hosts that something runs at; max_parallel when nothing
  // does.
  [[nodiscard]] int Limit() const;
  [[nodiscard]] std::uint64_t SlowDowns() const { return slow_downs_; }

 private:
  struct Host {
    HostControl control;
    int running = 0;  // without the demands
    int running_demand = 0;
    bool multiplexes = false;
  };
  [[nodiscard]] Host& At(const std::string& host);

  const int max_parallel_;
  const int reserve_;
  int running_ = 0;  // without the demands
  int running_demand_ = 0;
  std::uint64_t slow_downs_ = 0;
  std::unordered_map<std::string, Host> hosts_;
};

}  // namespace image_cache
