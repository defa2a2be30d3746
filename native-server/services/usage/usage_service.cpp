#include "native-server/services/usage/usage_service.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "native-server/services/picture_name.h"
#include "native-server/services/revalidation/revalidation_plan.h"

namespace image_cache {
namespace {

constexpr const char* kModelNote = "usage-model";
constexpr const char* kPicturesNote = "first-pictures";
constexpr std::chrono::seconds kSaveEvery{5};
// With a million pictures it takes a while.
constexpr std::chrono::seconds kHearEvery{10};
// How often it is looked at whether nothing is wanted any more.
constexpr std::chrono::milliseconds kIdleLook{250};
// Guessed actors that were not opened: what is counted of them is bounded, too.
constexpr std::size_t kMaxGuessed = 1024;

}  // namespace

UsageService::UsageService(Mode mode, Store& store, FetchService& fetcher,
                           const Downloader& downloader, const S3Addressing& addressing,
                           const Clock& clock)
    : mode_(mode),
      store_(store),
      fetcher_(fetcher),
      downloader_(downloader),
      addressing_(addressing),
      clock_(clock),
      tally_(std::make_shared<Tally<UsageStats>>()) {
  tally_->Apply([mode](UsageStats& stats) {
    stats.learns = mode != Mode::kOff;
    stats.fetches = mode == Mode::kFetch;
  });
  if (mode_ != Mode::kOff) Load();
}

UsageService::~UsageService() { Stop(); }

void UsageService::Load() {
  if (const auto note = store_.LoadNote(kModelNote); note && !note->empty()) {
    auto model = UsageModel::Parse(*note, kMaxActors);
    if (model) {
      model_ = std::move(*model);
    } else {
      spdlog::warn("what was learnt of the openings so far cannot be read: it is learnt anew");
    }
  }
  if (const auto note = store_.LoadNote(kPicturesNote)) pictures_.Read(*note);
}

void UsageService::Save() {
  std::string model;
  std::string pictures;
  {
    const std::lock_guard lock(model_mutex_);
    if (!changed_) return;
    changed_ = false;
    model = model_.Serialize();
    pictures = pictures_.Text();
  }
  if (model.size() <= kMaxNoteBytes) store_.SaveNote(kModelNote, std::move(model));
  store_.SaveNote(kPicturesNote, std::move(pictures));
}

void UsageService::Begin() {
  if (mode_ == Mode::kOff) return;
  thread_ = std::thread([this] { Run(); });
  store_.set_when_opened([this](std::string_view actor_id) { NoteOpened(actor_id); });
}

void UsageService::Stop() {
  if (!thread_.joinable()) return;
  store_.set_when_opened(nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (fetching_ != nullptr) fetching_->Stop();
  }
  wake_.notify_one();
  thread_.join();
}

void UsageService::NoteOpened(std::string_view actor_id) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == kMaxWaiting) {
      tally_->Apply([](UsageStats& stats) { ++stats.missed_openings; });
      return;
    }
    waiting_.push_back({.actor_id = std::string(actor_id), .at_ms = clock_.NowMs()});
    if (fetching_ != nullptr) fetching_->Stop();  // there is something newer to guess from
  }
  wake_.notify_one();
}

void UsageService::Run() {
  bool may_guess = false;  // something was opened since the last guesses
  auto saved = clock_.Monotonic();
  auto heard = saved - kHearEvery;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto pause = may_guess
                           ? std::chrono::milliseconds(kIdleLook)
                           : std::chrono::duration_cast<std::chrono::milliseconds>(kSaveEvery);
    wake_.wait_for(lock, pause, [this] { return stopping_ || !waiting_.empty(); });
    std::deque<Opening> openings = std::exchange(waiting_, {});
    const bool stopping = stopping_;
    lock.unlock();
    for (const Opening& opening : openings) Learn(opening);
    if (!openings.empty() && clock_.Monotonic() - heard >= kHearEvery) {
      HearOfActors();
      heard = clock_.Monotonic();
    }
    if (!openings.empty()) may_guess = mode_ == Mode::kFetch;
    if (may_guess && !stopping && IsIdle()) {
      may_guess = false;
      FetchGuesses();
    }
    if (clock_.Monotonic() - saved >= kSaveEvery) {
      Save();
      saved = clock_.Monotonic();
    }
    lock.lock();
  }
  lock.unlock();
  LookAtPictures(open_actor_);
  Save();
}

void UsageService::Learn(const Opening& opening) {
  // Now all that the page has asked for of the one before is there.
  LookAtPictures(open_actor_);
  open_actor_ = opening.actor_id;
  if (guessed_.erase(opening.actor_id) > 0) {
    tally_->Apply([](UsageStats& stats) { ++stats.opened_actors; });
  }
  const std::lock_guard lock(model_mutex_);
  model_.Open(opening.actor_id, opening.at_ms);
  changed_ = true;
}

// Who walks along a list comes to actors that nobody has opened yet.
void UsageService::HearOfActors() {
  const StoreStats stats = store_.Stats();
  const std::lock_guard lock(model_mutex_);
  for (const auto& actor : stats.actors) {
    if (model_.actors() == model_.max_actors()) return;
    model_.Hear(actor.actor_id);
  }
}

void UsageService::LookAtPictures(const std::string& actor_id) {
  if (actor_id.empty()) return;
  std::vector<std::string> keys;
  store_.VisitActor(actor_id, [&keys](const Entry& entry) { keys.push_back(entry.s3_url); });
  const std::lock_guard lock(model_mutex_);
  pictures_.See(actor_id, std::move(keys));
  changed_ = true;
}

bool UsageService::IsIdle() const {
  const DownloaderStats downloads = downloader_.Stats();
  return downloads.running == 0 && downloads.waiting == 0;
}

void UsageService::FetchGuesses() {
  const UsagePrediction prediction = Predict(std::nullopt, kActorsAtOnce);
  QuietFetches fetches(fetcher_, Room::kByEvicting);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || !waiting_.empty()) return;
    fetching_ = &fetches;
  }
  for (const UsageGuess& guess : prediction.guesses) {
    if (guess.probability < kFetchFrom) break;
    if (!FetchFirstPictures(guess.actor_id, fetches)) break;
  }
  fetches.Finish();
  const std::lock_guard lock(mutex_);
  fetching_ = nullptr;
}

bool UsageService::FetchFirstPictures(const std::string& actor_id, QuietFetches& fetches) {
  std::vector<std::string> keys;
  {
    const std::lock_guard lock(model_mutex_);
    keys = pictures_.Of(actor_id);
  }
  std::erase_if(keys, [this](const std::string& key) { return store_.Find(key).has_value(); });
  if (keys.empty()) return true;
  if (guessed_.size() == kMaxGuessed) guessed_.clear();
  if (guessed_.insert(actor_id).second) {
    tally_->Apply([](UsageStats& stats) { ++stats.guessed_actors; });
  }
  for (const std::string& key : keys) {
    std::string url = UrlToAsk(key, addressing_);
    std::string filename = NameFromUrl(url);
    auto done = [tally = tally_](const Result<FetchedImage, FetchError>& outcome) {
      tally->Apply([&outcome](UsageStats& stats) {
        if (!outcome) {
          ++stats.failed_pictures;
        } else if (!outcome->already_cached) {
          ++stats.fetched_pictures;
          stats.fetched_bytes += outcome->entry.size_bytes;
        }
      });
    };
    if (!fetches.Add({.s3_url = std::move(url), .actor_id = actor_id, .filename = filename},
                     std::move(done))) {
      return false;
    }
  }
  return true;
}

UsagePrediction UsageService::Predict(std::optional<std::string_view> after,
                                      std::size_t most) const {
  const std::int64_t now_ms = clock_.NowMs();
  const std::lock_guard lock(model_mutex_);
  if (after) {
    return {.after = std::string(*after), .guesses = model_.GuessAfter(*after, most, now_ms)};
  }
  return {.after = std::string(model_.open_actor()), .guesses = model_.Guess(most, now_ms)};
}

std::vector<OpenedActor> UsageService::Likely(std::size_t most) const {
  std::vector<OpenedActor> actors;
  const std::lock_guard lock(model_mutex_);
  for (UsageGuess& guess : model_.Likely(most, clock_.NowMs())) {
    std::vector<std::string> keys = pictures_.Of(guess.actor_id);
    if (keys.empty()) continue;
    actors.push_back({.actor_id = std::move(guess.actor_id), .keys = std::move(keys)});
  }
  return actors;
}

void UsageService::ForgetPictures(std::string_view actor_id) {
  const std::lock_guard lock(model_mutex_);
  pictures_.Forget(actor_id);
  changed_ = true;
}

std::size_t UsageService::Forget() {
  std::size_t forgotten = 0;
  {
    const std::lock_guard lock(model_mutex_);
    forgotten = model_.actors();
    model_ = UsageModel(kMaxActors);
    pictures_.Forget({});
    changed_ = true;
  }
  Save();
  return forgotten;
}

UsageStats UsageService::Stats() const {
  UsageStats stats = tally_->Read();
  const std::lock_guard lock(model_mutex_);
  stats.openings = model_.openings();
  stats.actors = model_.actors();
  stats.model_bytes = mode_ == Mode::kOff ? 0 : model_.memory_bytes();
  return stats;
}

}  // namespace image_cache
