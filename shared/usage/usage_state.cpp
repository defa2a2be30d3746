// The form of a usage model on the disk, version 1; numbers are little-endian, fractions IEEE 754:
//   "ICUM"  version u8  openings u32  the last actors opened 4 × u16
//   sums of all actors 4 + 2 × f32  phase of the day 2 × f32  steps 1 + 9 × f32
//   weights 5 × (9 × f32, lessons u32)
//   actors u16, then for each: length of the id u8 · id · last opening u32 · counts 6 × u16 ·
//     visits u16 · followers 4 × (actor, next, near: u16)
//   contexts u32, then for each: earlier, later, two followers: u16 · two counts, visits: u8
//   and at the end the FNV-1a hash of all before it, u64
#include <cmath>

#include "shared/fnv1a.h"
#include "shared/little_endian.h"
#include "shared/paths/actor_id.h"
#include "shared/usage/usage_model.h"

namespace image_cache {
namespace {

constexpr std::string_view kMagic = "ICUM";
constexpr std::uint8_t kVersion = 1;

auto NotOurs(const char* detail) { return Fail(UsageStateError::kNotOurs, detail); }

bool IsSlot(UsageSlot slot, std::size_t actors) { return slot == kNoSlot || slot < actors; }

bool AreSound(const OpeningSums& sums) {
  for (std::size_t scale = 0; scale < sums.counts.size(); ++scale) {
    const float most = kUsageHalfLives[scale] * 1.4427F + 1;
    if (!(sums.counts[scale] >= 0 && sums.counts[scale] <= most)) return false;
  }
  // Sums of many rounded numbers: a little may be over.
  return std::hypot(sums.cosine, sums.sine) <= sums.counts.back() * 1.1F + 100;
}

void PutActor(std::string& bytes, std::string_view id, const OpeningCounts& counts,
              const Followers& followers) {
  PutLittleEndian(bytes, static_cast<std::uint8_t>(id.size()));
  bytes += id;
  PutLittleEndian(bytes, counts.last_opening());
  for (const std::uint16_t part : counts.Parts()) PutLittleEndian(bytes, part);
  PutLittleEndian(bytes, followers.visit_units());
  for (const Followers::Follower& one : followers.row()) {
    PutLittleEndian(bytes, one.actor);
    PutLittleEndian(bytes, one.next);
    PutLittleEndian(bytes, one.near);
  }
}

// False when a value is impossible.
bool TakeActor(LittleEndianReader& reader, std::uint32_t openings, std::size_t actors,
               OpeningCounts& counts, Followers& followers) {
  const auto last_opening = reader.Take<std::uint32_t>();
  std::array<std::uint16_t, OpeningCounts::kParts> parts{};
  for (std::uint16_t& part : parts) part = reader.Take<std::uint16_t>();
  const auto visits = reader.Take<std::uint16_t>();
  std::array<Followers::Follower, Followers::kWidth> row;
  for (Followers::Follower& one : row) {
    one.actor = reader.Take<UsageSlot>();
    one.next = reader.Take<std::uint16_t>();
    one.near = reader.Take<std::uint16_t>();
    if (!IsSlot(one.actor, actors)) return false;
  }
  followers.Restore(visits, row);
  return last_opening <= openings && counts.Restore(last_opening, parts);
}

}  // namespace

std::string UsageModel::Serialize() const {
  std::string bytes(kMagic);
  PutLittleEndian(bytes, kVersion);
  PutLittleEndian(bytes, openings_);
  for (const UsageSlot slot : recent_) PutLittleEndian(bytes, slot);
  for (const float count : sums_.counts) PutFloat(bytes, count);
  for (const float part : {sums_.cosine, sums_.sine, phase_.cosine, phase_.sine, steps_.all()}) {
    PutFloat(bytes, part);
  }
  for (const float count : steps_.counts()) PutFloat(bytes, count);
  for (const ExpertMixture::Weights& weights : mixture_.weights()) {
    for (const float weight : weights.of) PutFloat(bytes, weight);
    PutLittleEndian(bytes, weights.lessons);
  }
  PutLittleEndian(bytes, static_cast<std::uint16_t>(actors_.size()));
  for (std::size_t i = 0; i < actors_.size(); ++i) {
    PutActor(bytes, table_.IdOf(static_cast<UsageSlot>(i)), actors_[i].counts,
             actors_[i].followers);
  }
  std::uint32_t contexts = 0;
  for (const FollowerPairs::Context& context : pairs_.places()) contexts += context.visits > 0;
  PutLittleEndian(bytes, contexts);
  for (const FollowerPairs::Context& context : pairs_.places()) {
    if (context.visits == 0) continue;
    PutLittleEndian(bytes, context.earlier);
    PutLittleEndian(bytes, context.later);
    for (const UsageSlot follower : context.followers) PutLittleEndian(bytes, follower);
    for (const std::uint8_t count : context.counts) PutLittleEndian(bytes, count);
    PutLittleEndian(bytes, context.visits);
  }
  PutLittleEndian(bytes, Fnv1a(bytes));
  return bytes;
}

Result<UsageModel, UsageStateError> UsageModel::Parse(std::string_view bytes,
                                                      std::size_t max_actors) {
  LittleEndianReader reader(bytes);
  if (reader.Text(kMagic.size()) != kMagic) return NotOurs("it does not begin like one");
  const auto version = reader.Take<std::uint8_t>();
  if (version > kVersion) {
    return Fail(UsageStateError::kNewerVersion, "it has version " + std::to_string(version));
  }
  if (version != kVersion || bytes.size() < sizeof(std::uint64_t))
    return NotOurs("it is cut short");
  const std::size_t hashed = bytes.size() - sizeof(std::uint64_t);
  LittleEndianReader end(bytes.substr(hashed));
  if (end.Take<std::uint64_t>() != Fnv1a(bytes.substr(0, hashed))) return NotOurs("it is damaged");

  UsageModel model(max_actors);
  model.openings_ = reader.Take<std::uint32_t>();
  for (UsageSlot& slot : model.recent_) slot = reader.Take<UsageSlot>();
  for (float& count : model.sums_.counts) count = reader.TakeFloat();
  for (float* part :
       {&model.sums_.cosine, &model.sums_.sine, &model.phase_.cosine, &model.phase_.sine}) {
    *part = reader.TakeFloat();
  }
  const float all_steps = reader.TakeFloat();
  std::array<float, ListSteps::kKinds> steps{};
  for (float& count : steps) count = reader.TakeFloat();
  std::array<ExpertMixture::Weights, ExpertMixture::kEvidences> weights;
  for (ExpertMixture::Weights& one : weights) {
    for (float& weight : one.of) weight = reader.TakeFloat();
    one.lessons = reader.Take<std::uint32_t>();
  }
  const std::size_t actors = reader.Take<std::uint16_t>();
  const bool is_sound = model.openings_ <= kMostOpenings && AreSound(model.sums_) &&
                        model.steps_.Restore(all_steps, steps) && model.mixture_.Restore(weights) &&
                        std::hypot(model.phase_.cosine, model.phase_.sine) < 1.01F;
  if (!is_sound) return NotOurs("a value in it is impossible");
  if (actors > model.max_actors_) return NotOurs("it has more actors than there is room for");
  for (const UsageSlot slot : model.recent_) {
    if (!IsSlot(slot, actors)) return NotOurs("a value in it is impossible");
  }
  for (std::size_t i = 0; i < actors; ++i) {
    const std::string_view id = reader.Text(reader.Take<std::uint8_t>());
    if (!reader.whole()) return NotOurs("it is cut short");
    if (!IsValidActorId(id) || model.table_.Find(id) != kNoSlot) {
      return NotOurs("an actor in it is impossible");
    }
    Actor& actor = model.actors_[model.At(id)];
    if (!TakeActor(reader, model.openings_, actors, actor.counts, actor.followers)) {
      return NotOurs("a value in it is impossible");
    }
  }
  const auto contexts = reader.Take<std::uint32_t>();
  if (contexts > model.pairs_.places().size()) return NotOurs("it has too many contexts");
  for (std::uint32_t i = 0; i < contexts; ++i) {
    FollowerPairs::Context context;
    context.earlier = reader.Take<UsageSlot>();
    context.later = reader.Take<UsageSlot>();
    for (UsageSlot& follower : context.followers) follower = reader.Take<UsageSlot>();
    for (std::uint8_t& count : context.counts) count = reader.Take<std::uint8_t>();
    context.visits = reader.Take<std::uint8_t>();
    const bool is_possible = context.earlier < actors && context.later < actors &&
                             IsSlot(context.followers[0], actors) &&
                             IsSlot(context.followers[1], actors) && context.visits > 0 &&
                             context.visits <= FollowerPairs::kMostVisits;
    if (!is_possible) return NotOurs("a value in it is impossible");
    model.pairs_.Restore(context);
  }
  if (!reader.whole() || reader.left() != sizeof(std::uint64_t)) {
    return NotOurs("it is longer than it says");
  }
  return model;
}

}  // namespace image_cache
