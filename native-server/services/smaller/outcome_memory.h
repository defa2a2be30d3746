// How it ended when smaller pictures were asked for that are not there, so that nobody decodes the
// same picture in vain again and again.
//
// Owned by the SmallerService, which locks it. Holds the newest `capacity` outcomes. The names
// change with the content, so what is true of one stays true.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace image_cache {

enum class SmallerOutcome {
  kReady,   // it can be opened
  kAsItIs,  // the picture is best shown as it is: not wider, animated, of another format
  kNotNow,  // the workers have more to do than they may, or cannot be had
  kFailed,  // it could not be made
};

// The original's local path, and the width.
using SmallerKey = std::pair<std::string, int>;

class OutcomeMemory {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit OutcomeMemory(std::size_t capacity) : capacity_(capacity) {}

  [[nodiscard]] std::optional<SmallerOutcome> Find(const SmallerKey& key, TimePoint now);
  void Note(const SmallerKey& key, SmallerOutcome outcome, TimePoint until);

  [[nodiscard]] std::size_t size() const { return outcomes_.size(); }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  struct Noted {
    SmallerKey key;
    SmallerOutcome outcome;
    TimePoint until;
  };
  void Erase(std::list<Noted>::iterator noted);

  const std::size_t capacity_;
  std::list<Noted> outcomes_;  // the newest is first
  std::map<SmallerKey, std::list<Noted>::iterator> by_key_;
};

}  // namespace image_cache
