// The ids of the actors that a usage model knows, numbered, and in the order of a list: what people
// walk along. Digits are compared as numbers, so that "9" comes before "10".
//
// Seven bytes an actor beside its id. Plain data, used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "shared/usage/usage_slot.h"

namespace image_cache {

// Whether `a` comes before `b` in a list.
[[nodiscard]] bool ComesBefore(std::string_view a, std::string_view b);

class ActorTable {
 public:
  // Room for so many, and no more than is asked for.
  void Reserve(std::size_t actors);

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] std::string_view IdOf(UsageSlot slot) const;
  [[nodiscard]] UsageSlot Find(std::string_view id) const;  // kNoSlot: unknown
  // REQUIRES: the id is unknown, and there are less than kMaxUsageSlots.
  UsageSlot Add(std::string_view id);
  // The number is another actor's from now on. REQUIRES: the id is unknown.
  void Replace(UsageSlot slot, std::string_view id);

  // How far `to` is behind `from` in the list.
  [[nodiscard]] std::ptrdiff_t StepBetween(UsageSlot from, UsageSlot to) const;
  // Who is so many steps behind; kNoSlot beyond the ends.
  [[nodiscard]] UsageSlot AtStep(UsageSlot from, std::ptrdiff_t step) const;

  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  [[nodiscard]] std::vector<UsageSlot>::const_iterator LowerBound(std::string_view id) const;
  void Append(UsageSlot slot, std::string_view id);

  // One behind another, each after its length. No string: that would double its room.
  std::vector<char> ids_;
  std::vector<std::uint32_t> places_;  // by slot: where in ids_
  std::vector<UsageSlot> order_;       // the list
};

}  // namespace image_cache
