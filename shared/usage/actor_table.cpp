#include "shared/usage/actor_table.h"

#include <algorithm>

namespace image_cache {
namespace {

// What room is made for ahead of knowing the ids: seven characters and the length.
constexpr std::size_t kUsualIdBytes = 8;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits off the front, without the zeros before them.
std::string_view TakeNumber(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

}  // namespace

bool ComesBefore(std::string_view a, std::string_view b) {
  std::string_view left = a, right = b;
  while (!left.empty() && !right.empty()) {
    if (IsDigit(left.front()) && IsDigit(right.front())) {
      const std::string_view m = TakeNumber(left), n = TakeNumber(right);
      if (m.size() != n.size()) return m.size() < n.size();
      if (m != n) return m < n;
      continue;
    }
    if (left.front() != right.front()) return left.front() < right.front();
    left.remove_prefix(1);
    right.remove_prefix(1);
  }
  if (left.empty() != right.empty()) return left.empty();
  return a < b;  // "01" and "1" are two actors
}

void ActorTable::Reserve(std::size_t actors) {
  if (actors <= places_.capacity()) return;
  places_.reserve(actors);
  order_.reserve(actors);
  ids_.reserve(ids_.size() + (actors - size()) * kUsualIdBytes);
}

std::string_view ActorTable::IdOf(UsageSlot slot) const {
  const std::size_t at = places_[slot];
  return {ids_.data() + at + 1, static_cast<unsigned char>(ids_[at])};
}

UsageSlot ActorTable::Find(std::string_view id) const {
  const auto found = LowerBound(id);
  return found != order_.end() && IdOf(*found) == id ? *found : kNoSlot;
}

UsageSlot ActorTable::Add(std::string_view id) {
  const auto slot = static_cast<UsageSlot>(places_.size());
  places_.push_back(0);
  Append(slot, id);
  return slot;
}

void ActorTable::Replace(UsageSlot slot, std::string_view id) {
  order_.erase(LowerBound(IdOf(slot)));
  const std::uint32_t at = places_[slot];
  const std::size_t bytes = IdOf(slot).size() + 1;
  const auto begin = ids_.begin() + at;
  ids_.erase(begin, begin + static_cast<std::ptrdiff_t>(bytes));
  for (std::uint32_t& place : places_) {
    if (place > at) place -= static_cast<std::uint32_t>(bytes);
  }
  Append(slot, id);
}

void ActorTable::Append(UsageSlot slot, std::string_view id) {
  const auto place = LowerBound(id) - order_.cbegin();
  if (ids_.size() + id.size() + 1 > ids_.capacity()) {
    ids_.reserve(ids_.size() + ids_.size() / 8 + id.size() + 1);  // not twice as much
  }
  places_[slot] = static_cast<std::uint32_t>(ids_.size());
  ids_.push_back(static_cast<char>(static_cast<unsigned char>(id.size())));
  ids_.insert(ids_.end(), id.begin(), id.end());
  order_.insert(order_.begin() + place, slot);
}

std::ptrdiff_t ActorTable::StepBetween(UsageSlot from, UsageSlot to) const {
  return LowerBound(IdOf(to)) - LowerBound(IdOf(from));
}

UsageSlot ActorTable::AtStep(UsageSlot from, std::ptrdiff_t step) const {
  const std::ptrdiff_t place = LowerBound(IdOf(from)) - order_.begin() + step;
  if (place < 0 || place >= static_cast<std::ptrdiff_t>(order_.size())) return kNoSlot;
  return order_[static_cast<std::size_t>(place)];
}

std::size_t ActorTable::memory_bytes() const {
  return ids_.capacity() + places_.capacity() * sizeof(places_[0]) +
         order_.capacity() * sizeof(order_[0]);
}

std::vector<UsageSlot>::const_iterator ActorTable::LowerBound(std::string_view id) const {
  return std::lower_bound(
      order_.begin(), order_.end(), id,
      [this](UsageSlot slot, std::string_view wanted) { return ComesBefore(IdOf(slot), wanted); });
}

}  // namespace image_cache
