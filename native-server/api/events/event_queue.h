// What is still to be sent to one page: events in their order, bounded in number and in bytes.
//
// Filled by the hub, emptied by the page's WebSocket; thread-safe. When the page reads more slowly
// than there is news, everything that waits is left out and one "gap" stands for it, so a slow
// reader costs nobody else anything. Texts are shared by all queues.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "native-server/http/websocket/message_source.h"

namespace image_cache {

enum class EventKind : unsigned { kHello = 1, kChanges = 2, kProgress = 4, kStats = 8 };

// Which kinds a page wants. Everybody is greeted.
class EventKinds {
 public:
  void Add(EventKind kind) { bits_ |= static_cast<unsigned>(kind); }
  [[nodiscard]] bool Has(EventKind kind) const {
    return kind == EventKind::kHello || (bits_ & static_cast<unsigned>(kind)) != 0;
  }
  [[nodiscard]] bool IsEmpty() const { return bits_ == 0; }
  [[nodiscard]] static EventKinds All();

 private:
  unsigned bits_ = 0;
};

struct EventQueueLimits {
  std::size_t messages = 256;
  std::size_t bytes = 512 * 1024;
};

// Over all queues; outlives them.
struct EventCounters {
  std::atomic<std::uint64_t> sent{0};     // handed to a socket
  std::atomic<std::uint64_t> dropped{0};  // left out
  std::atomic<std::uint64_t> gaps{0};
  std::atomic<std::uint64_t> waiting{0};
  std::atomic<std::uint64_t> waiting_bytes{0};
};

struct Event {
  EventKind kind;
  std::shared_ptr<const std::string> text;  // null: of changes, more than can be told
  std::uint64_t revision = 0;               // what a page is at that has taken it
};

class EventQueue final : public MessageSource, public std::enable_shared_from_this<EventQueue> {
 public:
  // `on_open` is told when the page's socket is open; it is not called after that.
  using OpenCallback = std::function<void(std::shared_ptr<EventQueue>)>;

  EventQueue(EventKinds kinds, EventQueueLimits limits, std::shared_ptr<EventCounters> counters,
             OpenCallback on_open);
  ~EventQueue() override;

  [[nodiscard]] bool Wants(EventKind kind) const { return kinds_.Has(kind); }
  // Ignored when the page does not want the kind, or has gone.
  void Push(const Event& event);
  [[nodiscard]] bool is_closed() const;

  void Open(std::function<void()> wake) override;
  [[nodiscard]] std::shared_ptr<const std::string> Next() override;
  void Close() override;

 private:
  // REQUIRES for these: mutex_ is held.
  [[nodiscard]] bool HasRoomFor(const Event& event) const;
  void LeaveOut(const Event& event);
  void Clear();

  const EventKinds kinds_;
  const EventQueueLimits limits_;
  const std::shared_ptr<EventCounters> counters_;
  OpenCallback on_open_;

  mutable std::mutex mutex_;  // held while wake_ is called, so that Close can end that for good
  // Guarded by mutex_, as all below. Goes first and is never left out: it says what the rest is of.
  std::shared_ptr<const std::string> greeting_;
  std::deque<std::shared_ptr<const std::string>> texts_;
  std::size_t bytes_ = 0;       // of the texts
  bool has_gap_ = false;        // then there are no texts
  std::uint64_t revision_ = 0;  // of the newest event
  bool is_asleep_ = false;      // Next has had nothing
  bool is_closed_ = false;
  std::function<void()> wake_;
};

}  // namespace image_cache
