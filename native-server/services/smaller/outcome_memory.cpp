#include "native-server/services/smaller/outcome_memory.h"

#include <iterator>

namespace image_cache {

std::optional<SmallerOutcome> OutcomeMemory::Find(const SmallerKey& key, TimePoint now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  if (found->second->until > now) return found->second->outcome;
  Erase(found->second);
  return std::nullopt;
}

void OutcomeMemory::Note(const SmallerKey& key, SmallerOutcome outcome, TimePoint until) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) Erase(found->second);
  while (outcomes_.size() >= capacity_) Erase(std::prev(outcomes_.end()));
  outcomes_.push_front({.key = key, .outcome = outcome, .until = until});
  by_key_.emplace(key, outcomes_.begin());
}

void OutcomeMemory::Erase(std::list<Noted>::iterator noted) {
  by_key_.erase(noted->key);
  outcomes_.erase(noted);
}

}  // namespace image_cache
