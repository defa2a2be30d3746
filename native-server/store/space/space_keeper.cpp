#include "native-server/store/space/space_keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

// Kept free below --max-size, once that is near: two percent, at most this.
constexpr std::uint64_t kHeadroomShare = 50;
constexpr std::uint64_t kMaxHeadroomBytes = 256ULL << 20;
// Less than this is not room for a picture, and not worth a thread's waking.
constexpr std::uint64_t kMinHeadroomBytes = 1ULL << 20;

std::uint64_t HeadroomOf(std::uint64_t max_size_bytes) {
  const std::uint64_t share = max_size_bytes / kHeadroomShare;
  return share < kMinHeadroomBytes ? 0 : std::min(share, kMaxHeadroomBytes);
}

std::int64_t MsOf(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

SpaceReservation::SpaceReservation(SpaceKeeper& keeper, std::string actor_id, Room room)
    : keeper_(&keeper), actor_id_(std::move(actor_id)), room_(room) {
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->ledger_.BeginDownload(actor_id_);
}

SpaceReservation::SpaceReservation(SpaceReservation&& other) noexcept
    : keeper_(std::exchange(other.keeper_, nullptr)),
      actor_id_(std::move(other.actor_id_)),
      room_(other.room_),
      bytes_(std::exchange(other.bytes_, 0)) {}

SpaceReservation::~SpaceReservation() {
  if (keeper_ == nullptr) return;
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->ledger_.Release(bytes_);
  keeper_->ledger_.EndDownload(actor_id_);
}

Result<void, StoreError> SpaceReservation::GrowTo(std::uint64_t size_bytes) {
  const std::uint64_t wanted = SpaceLedger::OnDisk(size_bytes);
  if (wanted + keeper_->smallest_bytes_ > keeper_->max_size_bytes()) {
    return Fail(StoreError::kTooLarge, "the picture is larger than the whole cache may be");
  }
  auto reserved = keeper_->Reserve(wanted > bytes_ ? wanted - bytes_ : 0, room_);
  if (reserved) bytes_ = std::max(bytes_, wanted);
  return reserved;
}

Result<void, StoreError> SpaceReservation::TakeSpare(std::uint64_t size_bytes) {
  const std::uint64_t wanted = SpaceLedger::OnDisk(size_bytes);
  const FreeSpace free = keeper_->folder_.Free();
  const std::lock_guard lock(keeper_->mutex_);
  if (wanted <= bytes_) return {};
  if (!keeper_->ledger_.TryReserve(wanted - bytes_, free).IsNone()) {
    return Fail(StoreError::kFull, "there is no room for it as it is");
  }
  bytes_ = wanted;
  return {};
}

void SpaceReservation::Settle(std::uint64_t size_bytes) {
  const std::lock_guard lock(keeper_->mutex_);
  keeper_->ledger_.Settle(actor_id_, std::exchange(bytes_, 0), size_bytes);
}

SpaceKeeper::SpaceKeeper(const SpaceLimits& limits, const CacheFolder& folder, const Clock& clock)
    : smallest_bytes_(Housekeeping(limits.max_size_bytes).Bytes(1, 1)),
      remembered_max_actors_(Housekeeping::RememberedActors(limits.max_size_bytes)),
      folder_(folder),
      clock_(clock),
      ledger_(limits, static_cast<std::uint64_t>(clock.NowMs())) {}

void SpaceKeeper::SetLimits(const SpaceLimits& limits) {
  const std::lock_guard lock(mutex_);
  ledger_.SetLimits(limits);
}

std::uint64_t SpaceKeeper::max_size_bytes() const {
  const std::lock_guard lock(mutex_);
  return ledger_.limits().max_size_bytes;
}

std::uint64_t SpaceKeeper::HeadroomBytes() const {
  return HeadroomOf(ledger_.limits().max_size_bytes);
}

void SpaceKeeper::set_when_tight(std::function<void()> when_tight) {
  const std::lock_guard lock(mutex_);
  when_tight_ = std::move(when_tight);
}

void SpaceKeeper::AddFile(const std::string& actor_id, std::uint64_t size_bytes) {
  const std::lock_guard lock(mutex_);
  ledger_.AddFile(actor_id, size_bytes);
}

void SpaceKeeper::RemoveFile(const std::string& actor_id, std::uint64_t size_bytes) {
  const std::lock_guard lock(mutex_);
  ledger_.RemoveFile(actor_id, size_bytes);
}

void SpaceKeeper::MeasureHousekeeping() {
  const std::string index = kIndexFile;
  const HousekeepingFiles files{.index_bytes = folder_.BytesOnDisk(index),
                                .log_bytes = folder_.BytesOnDisk(index + "-wal"),
                                .manifest_bytes = folder_.BytesOnDisk(kManifestFile)};
  const std::lock_guard lock(mutex_);
  ledger_.NoteHousekeeping(files);
}

bool SpaceKeeper::NoteOpened(std::string_view actor_id) {
  const std::int64_t now_ms = MsOf(clock_.MonotonicCoarse());
  const std::lock_guard lock(mutex_);
  if (last_uses_) last_uses_->Note(actor_id, clock_.NowMs());
  return ledger_.NoteAccess(actor_id, now_ms);
}

void SpaceKeeper::WatchReaders(std::string_view actor_id, std::weak_ptr<const void> picture) {
  const std::lock_guard lock(mutex_);
  readers_.Watch(actor_id, std::move(picture));
}

Result<void, StoreError> SpaceKeeper::Trim() { return Reserve(0, Room::kByEvicting); }

Result<void, StoreError> SpaceKeeper::Reserve(std::uint64_t bytes, Room room) {
  ActorIds tried;
  for (;;) {
    const FreeSpace free = folder_.Free();
    MissingSpace missing;
    {
      const std::lock_guard lock(mutex_);
      // The headroom, too, would be made anew by evicting.
      if (room == Room::kAsItIs && !ledger_.Missing(bytes + HeadroomBytes(), free).IsNone()) {
        return Fail(StoreError::kFull, "there is no space left that is nobody's");
      }
      missing = ledger_.TryReserve(bytes, free);
      if (missing.IsNone()) {
        const std::uint64_t headroom_bytes = HeadroomBytes();
        if (when_tight_ && headroom_bytes > 0 && !ledger_.Missing(headroom_bytes, free).IsNone()) {
          when_tight_();
        }
        return {};
      }
    }
    // First what nobody misses. Ends: what was removed gets less with every round.
    if (collect_()) continue;
    std::optional<std::string> victim;
    {
      const std::lock_guard lock(mutex_);
      if (IsAboutToComeFree(missing)) {
        return Fail(StoreError::kFull, "the space that was made comes free in a moment");
      }
      victim = NextVictim(missing, tried);
    }
    if (!victim) return Fail(StoreError::kFull, "there is no space for another picture");
    // Ends: whoever has not less than before is not tried again. Two threads may choose the same
    // one; the second then finds it empty.
    const auto evicted = Evict(*victim, Need::kNow);
    if (!evicted) return tl::make_unexpected(evicted.error());
    if (!*evicted) tried.insert(std::move(*victim));
  }
}

bool SpaceKeeper::MakeHeadroom() {
  const FreeSpace free = folder_.Free();
  MissingSpace missing;
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t headroom_bytes = HeadroomBytes();
    if (headroom_bytes == 0) return false;
    missing = ledger_.Missing(headroom_bytes, free);
    if (missing.IsNone() || IsAboutToComeFree(missing)) return false;
  }
  if (collect_()) return true;
  std::optional<std::string> victim;
  {
    const std::lock_guard lock(mutex_);
    victim = NextVictim(missing, {});
  }
  return victim && Evict(*victim, Need::kAhead).value_or(false);
}

Result<bool, StoreError> SpaceKeeper::Evict(const std::string& victim, Need need) {
  const auto bytes_of = [&] {
    const std::lock_guard lock(mutex_);
    return ledger_.BytesOf(victim);
  };
  const std::uint64_t before = bytes_of();
  const std::uint64_t free_before = folder_.Free().bytes;
  if (auto evicted = evict_(victim); !evicted) return tl::make_unexpected(evicted.error());
  const std::uint64_t after = bytes_of();
  if (after >= before) return false;
  ++(need == Need::kNow ? evictions_now_ : evictions_ahead_);
  const std::uint64_t free_after = folder_.Free().bytes;
  const std::uint64_t came_free = free_after > free_before ? free_after - free_before : 0;
  if (came_free < before - after) {
    const std::lock_guard lock(mutex_);
    kept_open_.push_back(
        {.until = clock_.Monotonic() + kLongestKeptOpen, .bytes = before - after - came_free});
  }
  return true;
}

// The pictures that are served most are kept open for a moment after they were removed. Whoever
// evicted on until the disk shows what came of it would evict everything.
bool SpaceKeeper::IsAboutToComeFree(const MissingSpace& missing) {
  const auto now = clock_.Monotonic();
  std::erase_if(kept_open_, [now](const KeptOpen& one) { return one.until <= now; });
  if (missing.over_limit_bytes > 0 || missing.under_free_inodes > 0) return false;
  std::uint64_t bytes = 0;
  for (const KeptOpen& one : kept_open_) bytes += one.bytes;
  return bytes >= missing.under_free_bytes;
}

std::optional<std::string> SpaceKeeper::NextVictim(const MissingSpace& missing,
                                                   const ActorIds& tried) {
  ActorIds spared = readers_.Reading();
  spared.insert(tried.begin(), tried.end());
  return ledger_.NextVictim(missing, spared);
}

std::optional<std::string> SpaceKeeper::TakeChangedState() {
  EvictionState state;
  {
    const std::lock_guard lock(mutex_);
    const std::uint32_t openings = ledger_.policy().openings();
    if (openings == openings_saved_) return std::nullopt;
    openings_saved_ = openings;
    state = ledger_.policy().State();
  }
  return WriteEvictionState(state);
}

void SpaceKeeper::Restore(std::string_view state) {
  const auto read = ReadEvictionState(state);
  if (!read) {
    spdlog::warn("what was known of openings cannot be used, so it is learnt anew: {}",
                 read.error().detail);
    return;
  }
  const std::lock_guard lock(mutex_);
  ledger_.Restore(*read);
  openings_saved_ = read->openings;
}

void SpaceKeeper::TellHeat(std::vector<StoreStats::Actor>& actors) const {
  float most = 0;
  {
    const std::lock_guard lock(mutex_);
    for (StoreStats::Actor& actor : actors) {
      const auto standing = ledger_.policy().StandingOf(actor.actor_id);
      if (!standing) continue;
      actor.heat = standing->score;
      actor.openings_ago = standing->openings_ago;
      most = std::max(most, standing->score);
    }
  }
  for (StoreStats::Actor& actor : actors) {
    if (actor.heat && most > 0) *actor.heat /= most;
  }
}

void SpaceKeeper::KeepLastUses(std::string_view state, std::int64_t now_ms) {
  LastUses uses(now_ms);
  if (!state.empty() && !uses.Restore(state)) {
    spdlog::warn("when actors were opened last cannot be read: all count as opened now");
  }
  const std::lock_guard lock(mutex_);
  last_uses_ = std::move(uses);
}

std::optional<std::string> SpaceKeeper::TakeChangedUses() {
  const std::lock_guard lock(mutex_);
  if (!last_uses_ || !last_uses_->TakeChanged()) return std::nullopt;
  return last_uses_->State();
}

bool SpaceKeeper::IsUnusedSince(std::string_view actor_id, std::int64_t since_ms) const {
  const std::lock_guard lock(mutex_);
  return last_uses_->IsUnusedSince(actor_id, since_ms);
}

SpaceStats SpaceKeeper::Stats() const {
  const std::lock_guard lock(mutex_);
  const EvictionPolicy& policy = ledger_.policy();
  return {.used_bytes = ledger_.used_bytes(),
          .reserved_bytes = ledger_.reserved_bytes(),
          .housekeeping_bytes = ledger_.housekeeping_bytes(),
          .headroom_bytes = HeadroomBytes(),
          .evictions_in_need = evictions_now_,
          .evictions_ahead = evictions_ahead_,
          .openings = policy.openings(),
          .probation_bytes = policy.probation_bytes(),
          .probation_max_bytes = ledger_.limits().max_size_bytes / kProbationShare,
          .remembered_actors = policy.remembered_actors(),
          .remembered_max_actors = remembered_max_actors_};
}

}  // namespace image_cache
